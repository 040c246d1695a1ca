// A commit: one signed step of an account's history, on top of the one before (DESIGN section 6).
//
// It says which records changed and what the whole state is afterwards; the blobs travel beside it.
// Signed by the device that made it. What may follow what is in core/chain/advance.h.
// docs/FORMAT.md has the bytes.
#pragma once

#include "core/chain/roster.h"

#include <optional>

namespace sparekey::core {

inline constexpr std::size_t kMostChanges = 1000;
inline constexpr std::size_t kLargestCommit = 128 * 1024;  // bytes, without the signature

/// A record's new version; without a blob it is removed.
struct RecordChange {
    RecordId id;
    std::uint64_t version = 1;
    std::optional<Hash> blob;  // SHA-256

    friend bool operator==(const RecordChange&, const RecordChange&) = default;
};

struct Commit {
    VaultId vault;
    std::uint64_t n = 1;
    Hash previous{};  // hash of commit n−1; zero in the first
    DeviceId device;
    Hash roster{};                           // hash of the one in force after this commit
    std::optional<SignedRoster> new_roster;  // when it changes
    std::uint32_t epoch = 1;
    std::vector<RecordChange> changes;  // sorted by id
    Hash state_root{};                  // core/chain/state_root.h, after this commit
    std::uint64_t time_ms = 0;          // by the device's clock; nothing depends on it

    friend bool operator==(const Commit&, const Commit&) = default;
};

/// The exact bytes that were signed, and hashed.
struct SignedCommit {
    Bytes bytes;
    Signature signature{};

    friend bool operator==(const SignedCommit&, const SignedCommit&) = default;
};

/// A place in an account's history.
struct ChainPoint {
    std::uint64_t n = 0;
    Hash hash{};

    friend bool operator==(const ChainPoint&, const ChainPoint&) = default;
};

/// By the seed of the device's signing key. ErrorCode::usage if it is out of bounds or unordered.
Result<SignedCommit> sign_commit(const Commit& commit, SeedView device_seed);
bool verify_commit(const SignedCommit& commit, const SigningPublicKey& device_key);

/// SHA-256 of what is signed: the label and the bytes, not the signature.
Hash commit_hash(const SignedCommit& commit);

Bytes encode(const Commit& commit);
/// ErrorCode::integrity for what is out of bounds or unordered. Nothing is verified.
Result<Commit> decode_commit(ByteView bytes);

/// As it is stored and sent.
Bytes encode(const SignedCommit& commit);
Result<SignedCommit> decode_signed_commit(ByteView bytes);
/// As it is stored and sent on its own.
Bytes encode(const SignedRoster& roster);
Result<SignedRoster> decode_signed_roster(ByteView bytes);

}  // namespace sparekey::core
