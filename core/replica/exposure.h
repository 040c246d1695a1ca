// What a device could read that is removed with a rotation: kept beside the records from the
// moment that the rotation is on its way, until a person was told, and for whoever asks again.
//
// A rotation may be broken off after the server has it, or before; the sync that ends it is
// somebody's who was never shown what is to be changed first.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

struct Exposure {
    Hash push{};                  // commit_hash() of the commit that brings the rotation
    bool done = false;            // the account has it
    bool told = false;            // a person was shown the items since
    std::vector<RecordId> items;  // sorted
};

enum class ExposureStage : std::uint8_t {
    unfinished = 1,  // on its way
    done = 2,
    given_up = 3,  // another device changed the account first: nothing was replaced
};

/// Nothing if no rotation was made here. ErrorCode::integrity.
Result<std::optional<Exposure>> read_exposure(SyncStore& store);
void put_exposure(const Exposure& exposure, SyncTransaction& transaction);
/// ErrorCode::integrity.
Result<ExposureStage> exposure_stage(SyncStore& store, const Exposure& exposure);

/// The account took `commit`, which may be the rotation.
Result<void> finish_exposure(SyncStore& store, const SignedCommit& commit,
                             SyncTransaction& transaction);
/// A person was told. One that was given up is forgotten.
Result<void> note_exposure_told(SyncStore& store);
/// The account was left: what was not done is forgotten.
Result<void> leave_exposure(SyncStore& store, SyncTransaction& transaction);

/// As a person is shown it.
struct ExposedItem {
    RecordId id;
    std::string title;
};
struct ShownExposure {
    ExposureStage stage = ExposureStage::done;
    bool told = false;
    std::vector<ExposedItem> items;  // by title: those that are still here
};

}  // namespace sparekey::core
