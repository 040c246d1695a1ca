// What the login protocols keep in tickets between their steps, as values, with one encoding: JSON,
// by Boost.Describe. A ticket's state is written and read by this server alone.
#pragma once

#include "sync/server/oidc/providers.h"
#include "sync/server/store/types.h"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <map>
#include <optional>
#include <string>

namespace sparekey::sync {

/// A device that asks to be let in, as it says itself; shown for comparison, dropped with the
/// enrolment.
struct DeviceClaim {
    std::string name;     // at most 64 characters
    std::string address;  // where its request came from
    // base64url; both or none, and a device without them cannot go on to join.
    std::string key;            // Ed25519
    std::string receiving_key;  // X25519
};
BOOST_DESCRIBE_STRUCT(DeviceClaim, (), (name, address, key, receiving_key))

/// What a login proved, as ProviderLogin.
struct LoginProof {
    std::string issuer;
    std::string subject;
    std::string provider;
    std::string display;
    std::string email_domain;
    std::map<std::string, std::string> claims;

    IdentityKey key() const { return {issuer, subject}; }
};
BOOST_DESCRIBE_STRUCT(LoginProof, (), (issuer, subject, provider, display, email_domain, claims))

/// What a login is for, as the device asked.
struct LoginWish {
    DeviceClaim device;
    std::string invitation;  // SHA-256 of the code in hexadecimal, or empty
    std::string link;        // SHA-256 of a member's link handle in hexadecimal, or empty
    std::string provider;    // the one to use, or empty: the person chooses
};
BOOST_DESCRIBE_STRUCT(LoginWish, (), (device, invitation, link, provider))

enum class LinkOutcome : std::uint8_t { none, done, taken };
BOOST_DESCRIBE_ENUM(LinkOutcome, none, done, taken)

/// A device between its login and its place in the roster. It sees this, and nothing else.
struct EnrolmentState {
    std::string id;  // 128 random bits, base32: how a member names it
    DeviceClaim device;
    std::optional<LoginProof> login;  // none: by recovery code
    std::string account;     // the one that the login opens or that was claimed; may be empty
    std::string invitation;  // as in the wish
    std::string nonce;       // 256 random bits, base64url: what an opener signs
    LinkOutcome link = LinkOutcome::none;
    bool opened = false;  // an opener's signature was good
    // Made by the device, base64url; not empty: it wants to be approved.
    std::string approval_nonce;
    std::string approval;  // the member's sealed answer, base64url; or empty
};
BOOST_DESCRIBE_STRUCT(EnrolmentState, (),
                      (id, device, login, account, invitation, nonce, link, opened, approval_nonce,
                       approval))

enum class CodeOutcome : std::uint8_t { waiting, denied, approved };
BOOST_DESCRIBE_ENUM(CodeOutcome, waiting, denied, approved)

/// RFC 8628.
struct DeviceCodeState {
    LoginWish wish;
    std::string user_code;
    std::uint64_t interval_ms = 0;
    std::uint64_t next_poll_ms = 0;
    CodeOutcome outcome = CodeOutcome::waiting;
    std::optional<EnrolmentState> enrolment;
};
BOOST_DESCRIBE_STRUCT(DeviceCodeState, (),
                      (wish, user_code, interval_ms, next_poll_ms, outcome, enrolment))

struct UserCodeState {
    std::string device_code;  // SHA-256, hexadecimal
};
BOOST_DESCRIBE_STRUCT(UserCodeState, (), (device_code))

/// RFC 6749 section 4.1 and RFC 7636, as the client asked.
struct AuthorizationRequest {
    std::string redirect_uri;
    std::string state;
    std::string challenge;
};
BOOST_DESCRIBE_STRUCT(AuthorizationRequest, (), (redirect_uri, state, challenge))

struct AuthorizationState {
    AuthorizationRequest request;
    EnrolmentState enrolment;
};
BOOST_DESCRIBE_STRUCT(AuthorizationState, (), (request, enrolment))

/// A browser on its way from the choice of a provider to the confirmation. One of `authorization`
/// and `device_code` says where the answer goes.
struct BrowserState {
    LoginWish wish;
    std::optional<AuthorizationRequest> authorization;
    std::string device_code;  // SHA-256, hexadecimal
    std::string user_code;
    std::string form_token;
    std::optional<LoginProof> login;
};
BOOST_DESCRIBE_STRUCT(BrowserState, (),
                      (wish, authorization, device_code, user_code, form_token, login))

/// An attempt at a provider, found by its `state` parameter, which comes back from there and is not
/// kept.
struct AttemptState {
    std::string provider;
    std::string nonce;
    std::string verifier;
    std::uint64_t started_ms = 0;
    std::string browser;                        // SHA-256 of the browser's cookie, hexadecimal
    std::map<std::string, std::string> posted;  // a form_post answer that waits for its redirect
};
BOOST_DESCRIBE_STRUCT(AttemptState, (), (provider, nonce, verifier, started_ms, browser, posted))

/// A browser with the account page open.
struct PageState {
    std::string form_token;
};
BOOST_DESCRIBE_STRUCT(PageState, (), (form_token))

}  // namespace sparekey::sync
