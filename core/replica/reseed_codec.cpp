#include "core/replica/reseed_codec.h"

#include "core/chain/signed_archive.h"
#include "core/codec/codec.h"
#include "core/replica/id_set.h"

namespace sparekey::core {

using codec::Reader;
using codec::Writer;

namespace {

constexpr std::uint8_t kReseedFormat = 5;
constexpr std::uint8_t kWithFlags = 2;    // the first format that has them
constexpr std::uint8_t kWithHashes = 3;   // after them
constexpr std::uint8_t kWithMembers = 4;  // after these
constexpr std::uint8_t kWithParts = 5;    // after those
constexpr std::size_t kMostKnown = 1'000'000;
constexpr std::size_t kMostRecords = 10'000'000;
constexpr std::size_t kRecordBytes = 16 + 8;
constexpr std::size_t kHashBytes = 32;

Reseed get_reseed(Reader& archive) {
    const auto format = archive.number<std::uint8_t>();
    codec::require(format >= 1 && format <= kReseedFormat);
    Reseed reseed;
    get(archive, reseed.commit);
    get(archive, reseed.roster);
    reseed.parts.slots = codec::get_plain(archive, kLargestSlots);
    reseed.parts.keyring = codec::get_plain(archive, kLargestKeyring);
    reseed.knows_ours = codec::get_flag(archive);
    archive(reseed.common);
    reseed.rotation = codec::get_plain(archive, kLargestRoster);
    for (std::size_t left = archive.length(kRecordBytes, kMostRecords); left > 0; --left) {
        RecordVersion& record = reseed.by_removed.emplace_back();
        codec::get(archive, record.id.bytes);
        archive(record.version);
    }
    reseed.has_own = codec::get_flag(archive);
    get(archive, reseed.due);
    if (format < kWithFlags) return reseed;
    reseed.rejoined = codec::get_flag(archive);
    reseed.rejoined_last = codec::get_flag(archive);
    if (format < kWithHashes) return reseed;
    for (std::size_t left = archive.length(kHashBytes, kMostKnown); left > 0; --left) {
        Hash hash{};
        codec::get(archive, hash);
        codec::require(reseed.known.empty() || *reseed.known.rbegin() < hash);
        reseed.known.insert(reseed.known.end(), hash);
    }
    if (format < kWithMembers) return reseed;
    reseed.by_members = get_id_set(archive);
    if (format < kWithParts) return reseed;
    reseed.taken = get_id_set<SlotIdTag>(archive, kMostSlots);
    reseed.due_slots = codec::get_plain(archive, kLargestSlots);
    codec::get(archive, reseed.due_keyring);
    return reseed;
}

}  // namespace

Bytes encode(const Reseed& reseed) {
    Writer archive;
    archive(kReseedFormat);
    put(archive, reseed.commit);
    put(archive, reseed.roster);
    codec::put_bytes(archive, reseed.parts.slots);
    codec::put_bytes(archive, reseed.parts.keyring);
    codec::put(archive, reseed.knows_ours);
    archive(reseed.common);
    codec::put_bytes(archive, reseed.rotation);
    archive.length(reseed.by_removed.size());
    for (const RecordVersion& record : reseed.by_removed) {
        codec::put(archive, record.id.bytes);
        archive(record.version);
    }
    codec::put(archive, reseed.has_own);
    put(archive, reseed.due);
    codec::put(archive, reseed.rejoined);
    codec::put(archive, reseed.rejoined_last);
    archive.length(reseed.known.size());
    for (const Hash& hash : reseed.known) codec::put(archive, hash);
    put_id_set(archive, reseed.by_members);
    put_id_set(archive, reseed.taken);
    codec::put_bytes(archive, reseed.due_slots);
    codec::put(archive, reseed.due_keyring);
    return codec::plain(std::move(archive));
}

Result<Reseed> decode_reseed(ByteView bytes) {
    return codec::decode_whole<Reseed>(bytes, get_reseed);
}

Result<std::optional<Reseed>> read_reseed(SyncStore& store, std::string_view key) {
    const auto bytes = store.state(key);
    if (!bytes) return std::optional<Reseed>();
    SPAREKEY_TRY(Reseed reseed, decode_reseed(*bytes));
    return std::optional(std::move(reseed));
}

void put_reseed(const Reseed& reseed, std::string_view key, SyncTransaction& transaction) {
    transaction.put_state(key, encode(reseed));
}

}  // namespace sparekey::core
