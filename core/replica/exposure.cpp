#include "core/replica/exposure.h"

#include "core/codec/archive.h"

namespace sparekey::core {

using codec::Reader;
using codec::Writer;

namespace {

constexpr std::string_view kExposureKey = "exposure";
constexpr std::uint8_t kExposureFormat = 1;
constexpr std::size_t kMostExposed = 10'000'000;
constexpr std::size_t kExposedBytes = 16;

Exposure get_exposure(Reader& archive) {
    codec::require(archive.number<std::uint8_t>() == kExposureFormat);
    Exposure exposure;
    codec::get(archive, exposure.push);
    exposure.done = codec::get_flag(archive);
    exposure.told = codec::get_flag(archive);
    for (std::size_t left = archive.length(kExposedBytes, kMostExposed); left > 0; --left) {
        codec::get(archive, exposure.items.emplace_back().bytes);
    }
    return exposure;
}

}  // namespace

Result<std::optional<Exposure>> read_exposure(SyncStore& store) {
    const auto bytes = store.state(kExposureKey);
    if (!bytes) return std::optional<Exposure>();
    SPAREKEY_TRY(Exposure exposure, codec::decode_whole<Exposure>(*bytes, get_exposure));
    return std::optional(std::move(exposure));
}

void put_exposure(const Exposure& exposure, SyncTransaction& transaction) {
    Writer archive;
    archive(kExposureFormat);
    codec::put(archive, exposure.push);
    codec::put(archive, exposure.done);
    codec::put(archive, exposure.told);
    archive.length(exposure.items.size());
    for (const RecordId& id : exposure.items) codec::put(archive, id.bytes);
    transaction.put_state(kExposureKey, codec::plain(std::move(archive)));
}

Result<ExposureStage> exposure_stage(SyncStore& store, const Exposure& exposure) {
    if (exposure.done) return ExposureStage::done;
    SPAREKEY_TRY(const auto pending, read_push(store));
    const bool is_on_its_way = pending && commit_hash(pending->commit) == exposure.push;
    return is_on_its_way ? ExposureStage::unfinished : ExposureStage::given_up;
}

Result<void> finish_exposure(SyncStore& store, const SignedCommit& commit,
                             SyncTransaction& transaction) {
    SPAREKEY_TRY(auto exposure, read_exposure(store));
    if (!exposure || exposure->done || exposure->push != commit_hash(commit)) return {};
    exposure->done = true;
    put_exposure(*exposure, transaction);
    return {};
}

Result<void> note_exposure_told(SyncStore& store) {
    SPAREKEY_TRY(auto exposure, read_exposure(store));
    if (!exposure) return {};
    SPAREKEY_TRY(const ExposureStage stage, exposure_stage(store, *exposure));
    exposure->told = true;
    const auto transaction = store.begin_sync();
    if (stage == ExposureStage::given_up) {
        transaction->remove_state(kExposureKey);
    } else {
        put_exposure(*exposure, *transaction);
    }
    transaction->commit();
    return {};
}

Result<void> leave_exposure(SyncStore& store, SyncTransaction& transaction) {
    SPAREKEY_TRY(const auto exposure, read_exposure(store));
    if (exposure && !exposure->done) transaction.remove_state(kExposureKey);
    return {};
}

}  // namespace sparekey::core
