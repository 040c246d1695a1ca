// What the server keeps, as values. Blobs, slots and keyrings are opaque to it.
#pragma once

#include "core/crypto/keypair.h"
#include "core/model/ids.h"
#include "sync/protocol/audit_chain.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sparekey::sync {

using core::Bytes;
using core::ByteView;
using core::DeviceId;
using core::Hash;
using core::RecordId;
using AccountId = core::VaultId;  // an account is a vault: the same 128 bits

/// An account at a login provider. E-mail is never identity (O-18).
struct IdentityKey {
    std::string issuer;
    std::string subject;
    friend auto operator<=>(const IdentityKey&, const IdentityKey&) = default;
};

struct Identity {
    IdentityKey key;
    std::string provider;  // the id in the configuration
    std::string display;   // what the provider calls the person; shown, never matched
    std::uint64_t linked_ms = 0;
    std::uint64_t last_login_ms = 0;
};

struct Usage {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;  // of current blobs
};

struct Account {
    AccountId id;
    std::uint64_t created_ms = 0;
    std::uint64_t head = 0;  // n of the last commit
    Hash head_hash{};
    Bytes roster;   // the signed roster in force, as it came
    Bytes slots;    // the key slots that its hash names
    Bytes keyring;  // the sealed keyring that its hash names
    Usage usage;
};

struct Device {
    DeviceId id;
    core::SigningPublicKey key{};
    core::BoxPublicKey receiving_key{};
    std::uint64_t added_ms = 0;
    std::uint64_t last_seen_ms = 0;
    std::optional<std::uint64_t> revoked_ms;
};

/// A changed record of a commit; without a blob it is removed.
struct Change {
    RecordId id;
    std::uint64_t version = 0;
    Hash hash{};  // SHA-256 of the blob; zero for a removal
    std::optional<Bytes> blob;
};

struct StoredCommit {
    std::uint64_t n = 0;
    Hash hash{};
    Bytes bytes;  // as signed, with its signature
};

/// A short-lived secret of the login and token protocols: the server keeps only its SHA-256.
enum class TicketKind : std::uint8_t {
    device_code = 1,
    user_code = 2,
    login = 3,          // an attempt at a provider, by its state
    authorization = 4,  // an authorization code
    enrolment_token = 5,
    access_token = 6,
    page_session = 7,
    page_link = 8,    // the one-time link to the account page
    link_intent = 9,  // a member may link an identity
    enrolment = 10,   // by its id
    spent = 11,       // an assertion or ID token that must not come twice
    held_login = 12,  // a browser between login and confirmation
};

struct Ticket {
    TicketKind kind = TicketKind::device_code;
    Hash key{};
    std::uint64_t expires_ms = 0;
    std::optional<AccountId> account;  // revocation finds them by account and device
    std::optional<DeviceId> device;
    Bytes state;  // what the protocol keeps: its own encoding, at most 16 KiB
    std::uint64_t revision = 0;
};

struct Invitation {
    Hash code{};  // SHA-256
    std::uint32_t uses_left = 0;
    std::uint64_t expires_ms = 0;
};

}  // namespace sparekey::sync
