// What is generally known of well-known sites: which account one has there, what they offer to sign
// in with, and how one gets back in. Written down by us from memory, and sites change: good enough
// to ask a person about, never to note without asking.
#pragma once

#include <cstdint>
#include <string_view>

namespace sparekey::core {

/// Accounts that other sites let one sign in with, as bits.
enum Providers : std::uint8_t {
    kNoProvider = 0,
    kGoogle = 1,
    kApple = 2,
    kFacebook = 4,
    kGitHub = 8,
    kMicrosoft = 16,
};

/// Ways of recovery, as bits.
enum Recovery : std::uint8_t { kNoRecovery = 0, kByEmail = 1, kByPhone = 2 };

struct Site {
    std::string_view host;  // it and all below it
    std::string_view
        holds;  // the kind of identity that an account here is: "google", "email"; or ""
    std::uint8_t offers = 0;    // Providers to sign in with
    std::uint8_t recovery = 0;  // Recovery
};

/// By the host of an address, lower case; null if it is not among them.
const Site* well_known_site(std::string_view host);

/// A login provider by the kind of its identities ("google"); kNoProvider for another.
Providers provider_by_kind(std::string_view kind);
/// The kind of a provider's identities by a name that people give it, case-folded: "google",
/// "gmail", "apple id"; empty if it is none.
std::string_view provider_kind(std::string_view name);
/// The kind whose sign-in page is at this host (accounts.google.com); empty if it is none.
std::string_view provider_of_login_page(std::string_view host);

}  // namespace sparekey::core
