// What the lockout graph knows of an item: how its account is got into, and what it holds. No
// secret leaves by here: of a password, a seed and recovery codes only that they are there.
#pragma once

#include "core/model/item_state.h"

#include <string>
#include <vector>

namespace sparekey::core {

/// An identity or device that an item names, as core/model/identity.h spells it; for sign_in and
/// recovery also what is of no such form: an import may have brought it, and it stands for itself.
struct NamedLink {
    enum class Kind : std::uint8_t { sign_in, recovery, second_factor, holds };
    Kind kind = Kind::sign_in;
    std::string name;
};

struct Facts {
    RecordId id;
    std::string title;
    std::uint64_t created_ms = 0;
    /// A login or an idp-account: an account, which has ways in and holds identities. Every other
    /// type is kept nowhere but in the vault.
    bool is_account = true;
    bool has_password = false;
    bool has_seed = false;  // `totp`
    std::uint32_t recovery_codes = 0;
    std::vector<NamedLink> links;  // those of a kind in the order in which they were recorded
    std::vector<std::string> fallback_proved;  // what that field says, as it stands there
    bool changed_since_proof = false;          // the password or a recovery code was set after that
    std::vector<std::string> not_suggested;    // likewise
    /// The provider ("google") that it says one signs in with, without saying by which account;
    /// looked for where there is neither password nor login.
    std::string shown_provider;
};

/// The custom fields that are facts.
inline constexpr std::string_view kIdentityField = "identity";
inline constexpr std::string_view kSecondFactorField = "second_factor";
/// When the item's fallback was last tried: a time by RFC 3339, so that it syncs as the item does.
inline constexpr std::string_view kProvedField = "fallback_proved";
/// A fact that a person said no to, and is not asked about again (core/lockout/suggestions.h).
inline constexpr std::string_view kNotSuggestedField = "not_suggested";

Facts facts_of(const ItemState& state, const RecordId& id);

}  // namespace sparekey::core
