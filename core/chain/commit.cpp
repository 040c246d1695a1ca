#include "core/chain/commit.h"

#include "core/chain/signed_archive.h"
#include "core/crypto/hash.h"
#include "core/model/stamp.h"

#include <algorithm>

namespace sparekey::core {

using codec::get;
using codec::plain;
using codec::put;
using codec::Reader;
using codec::require;
using codec::Writer;

namespace {

constexpr std::string_view kCommitLabel = "sparekey/v1/commit";
constexpr std::uint8_t kCommitFormat = 1;
constexpr std::size_t kSmallestChange = 16 + 8 + 1;

void put(Writer& archive, const RecordChange& change) {
    put(archive, change.id.bytes);
    archive(change.version);
    put(archive, change.blob.has_value());
    if (change.blob) put(archive, *change.blob);
}
void get(Reader& archive, RecordChange& change) {
    get(archive, change.id.bytes);
    archive(change.version);
    if (codec::get_flag(archive)) get(archive, change.blob.emplace());
}

bool changes_are_well_formed(const std::vector<RecordChange>& changes) {
    const auto not_ascending = [](const RecordChange& left, const RecordChange& right) {
        return !(left.id < right.id);
    };
    const auto in_bounds = [](const RecordChange& change) {
        return change.version >= 1 && change.version <= kLargestNumber;
    };
    return changes.size() <= kMostChanges &&
           std::adjacent_find(changes.begin(), changes.end(), not_ascending) == changes.end() &&
           std::all_of(changes.begin(), changes.end(), in_bounds);
}

bool is_well_formed(const Commit& commit) {
    return commit.n >= 1 && commit.n <= kLargestNumber && commit.epoch >= 1 &&
           commit.time_ms <= kLatestTimeMs && changes_are_well_formed(commit.changes) &&
           (!commit.new_roster || commit.new_roster->bytes.size() <= kLargestRoster);
}

Commit get_commit(Reader& archive) {
    require(archive.number<std::uint8_t>() == kCommitFormat);
    Commit commit;
    get(archive, commit.vault.bytes);
    archive(commit.n);
    get(archive, commit.previous);
    get(archive, commit.device.bytes);
    get(archive, commit.roster);
    if (codec::get_flag(archive)) get(archive, commit.new_roster.emplace());
    archive(commit.epoch);
    for (std::size_t left = archive.length(kSmallestChange, kMostChanges); left > 0; --left) {
        get(archive, commit.changes.emplace_back());
    }
    get(archive, commit.state_root);
    archive(commit.time_ms);
    require(is_well_formed(commit));
    return commit;
}

template <class Signed>
Bytes encode_signed(const Signed& value) {
    Writer archive;
    put(archive, value);
    return plain(std::move(archive));
}

template <class Signed>
Result<Signed> decode_signed(ByteView bytes) {
    return codec::decode_whole<Signed>(bytes, [](Reader& archive) {
        Signed value;
        get(archive, value);
        return value;
    });
}

}  // namespace

Result<SignedCommit> sign_commit(const Commit& commit, SeedView device_seed) {
    if (!is_well_formed(commit)) {
        return unexpected(ErrorCode::usage, "this commit is out of bounds");
    }
    SignedCommit made{encode(commit), {}};
    made.signature = sign(device_seed, kCommitLabel, made.bytes);
    return made;
}

bool verify_commit(const SignedCommit& commit, const SigningPublicKey& device_key) {
    return verify(device_key, kCommitLabel, commit.bytes, commit.signature);
}

Hash commit_hash(const SignedCommit& commit) {
    return sha256({bytes_of(kCommitLabel), commit.bytes});
}

Bytes encode(const Commit& commit) {
    Writer archive;
    archive(kCommitFormat);
    put(archive, commit.vault.bytes);
    archive(commit.n);
    put(archive, commit.previous);
    put(archive, commit.device.bytes);
    put(archive, commit.roster);
    put(archive, commit.new_roster.has_value());
    if (commit.new_roster) put(archive, *commit.new_roster);
    archive(commit.epoch);
    archive.length(commit.changes.size());
    for (const RecordChange& change : commit.changes) put(archive, change);
    put(archive, commit.state_root);
    archive(commit.time_ms);
    return plain(std::move(archive));
}

Result<Commit> decode_commit(ByteView bytes) {
    return codec::decode_whole<Commit>(bytes, get_commit);
}

Bytes encode(const SignedCommit& commit) {
    return encode_signed(commit);
}
Result<SignedCommit> decode_signed_commit(ByteView bytes) {
    return decode_signed<SignedCommit>(bytes);
}
Bytes encode(const SignedRoster& roster) {
    return encode_signed(roster);
}
Result<SignedRoster> decode_signed_roster(ByteView bytes) {
    return decode_signed<SignedRoster>(bytes);
}

}  // namespace sparekey::core
