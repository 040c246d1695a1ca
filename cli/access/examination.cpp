#include "cli/access/examination.h"

#include "core/secret/key.h"
#include "storage/sqlite/memory.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace sparekey::cli {
namespace {

Check passed(std::string name, std::string detail) {
    return {std::move(name), true, std::move(detail)};
}

Check check_clock(std::uint64_t now_ms, core::Vault& vault) {
    constexpr std::uint64_t kMinute = 60000;
    if (now_ms + kMinute >= latest_change(vault.store()))
        return passed("clock", "no item is from the future");
    return {"clock", false, "this clock is behind the last change in the vault",
            "set the clock; one-time codes depend on it"};
}

Check check_sidecar(const storage::OpenedFolder& folder) {
    if (!folder.sidecar_missing()) {
        return passed("rollback", "the vault is as new as when it was last used here");
    }
    return {"rollback", false, "the note of the last change was missing; it is written anew now",
            "nothing, if this is a new state folder; an older vault would not have been noticed"};
}

}  // namespace

std::uint64_t latest_change(core::RecordStore& store) {
    std::uint64_t latest = 0;
    store.each_index_row(core::Shelf::both, [&](const core::IndexRow& row) {
        latest = std::max(latest, row.summary.modified_ms);
        return true;
    });
    return latest;
}

Check check_memory() {
    constexpr const char* kMend = "raise it: ulimit -l, or LimitMEMLOCK= of your session";
    if (!core::memory_is_locked()) {
        return {"memory locking", false, "the limit on locked memory is too low", kMend};
    }
    Check locked = passed("memory locking", "keys never reach the swap");
    const std::size_t beyond = storage::heap_sizes().unlocked_bytes;
    if (beyond > 0) {
        locked.detail += "; " + std::to_string((beyond + 1023) / 1024) +
                         " KiB of the database's memory may: the limit has no room for them";
        locked.mend = kMend;
    }
    return locked;
}

Check check_core_dumps() {
    rlimit limit{};
    const bool off = ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 &&
                     ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
    if (off) return passed("core dumps", "off, and other programs of yours cannot look in");
    return {"core dumps", false, "they cannot be switched off", "ulimit -c 0"};
}

Examination::Examination(storage::OpenedFolder& folder, core::Vault& vault)
    : folder_(folder), vault_(vault), codes_(folder, vault), records_(vault, folder.store()) {}

core::Result<ExaminationPiece> Examination::next() {
    ExaminationPiece piece;
    if (!is_file_whole_) {
        SPAREKEY_CHECK(folder_.store().verify());
        is_file_whole_ = true;
        return piece;
    }
    SPAREKEY_TRY(piece.is_last,
                 records_.step([this] { codes_.forget(); },
                               [this](const core::Item& item) { codes_.look_into(item); }));
    piece.done = records_.done();
    piece.total = records_.total();
    if (piece.is_last) {
        SPAREKEY_TRY(piece.checks, checks());
    }
    return piece;
}

core::Result<std::vector<Check>> Examination::checks() {
    SPAREKEY_TRY(Check circle, check_circle(folder_, vault_, codes_.holder()));
    return std::vector<Check>{
        check_memory(), check_clock(vault_.clock().now_ms(), vault_), check_sidecar(folder_),
        passed("database", "every page, record, attachment and index entry is as it was written"),
        std::move(circle)};
}

}  // namespace sparekey::cli
