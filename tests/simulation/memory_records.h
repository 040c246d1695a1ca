// A vault's records in memory: core's SyncStore, written plainly, for devices that live for
// thousandths of a second. A transaction works on a copy, so what was not committed did not happen.
#pragma once

#include "core/ports/sync_store.h"

#include <map>
#include <set>
#include <string>

namespace sparekey::tests {

/// Thrown where a process ends: nothing of it is left but what was committed.
struct Crash {};

class MemoryRecords final : public core::SyncStore {
  public:
    struct Kept {
        core::Record record;
        core::Hash hash{};
        std::optional<core::IndexRow> row;
    };
    /// What lies on the disk, as it were: a copy is a backup.
    struct Disk {
        std::map<core::RecordId, Kept> records;
        std::map<core::RecordId, core::Difference> differences;
        std::map<core::RecordId, core::Record> removed;
        std::map<std::string, core::Bytes, std::less<>> state;
        std::uint64_t sequence = 1;
    };

    Disk disk;
    /// The process ends after so many moments from now on: there is one before each commit and one
    /// after it.
    std::optional<std::size_t> crash_in;
    /// Of which load() says so.
    std::set<core::RecordId> damaged;

    core::Result<core::Record> load(const core::RecordId& id) override;
    bool contains(const core::RecordId& id) override;
    std::vector<core::Child> children(const core::RecordId& parent, core::RecordType type) override;
    std::unique_ptr<core::RecordTransaction> begin() override;
    std::vector<core::IndexRow> lookup(core::Match match, std::string_view folded_query,
                                       core::Shelf shelf, std::size_t limit) override;
    std::optional<core::IndexRow> index_row(const core::RecordId& id) override;
    void each_index_row(core::Shelf shelf,
                        const std::function<bool(const core::IndexRow&)>& visit) override;
    void each_conflicting_row(const std::function<void(const core::IndexRow&)>& visit) override;
    std::size_t count(core::Shelf shelf) override;
    std::size_t conflict_count(core::Shelf shelf) override;

    std::unique_ptr<core::SyncTransaction> begin_sync() override;
    std::uint64_t sequence() const override { return disk.sequence; }
    std::optional<core::Bytes> state(std::string_view key) override;
    std::optional<core::Difference> difference(const core::RecordId& id) override;
    void each_difference(const std::function<bool(const core::Difference&)>& visit) override;
    std::size_t unsent_count() override;
    std::vector<core::RecordBlob> removed_parts(const core::RecordId& parent) override;
    std::vector<core::RecordId> parents_of_removed() override;
    std::vector<core::RecordId> unreadable() override;
    std::optional<core::Leaf> leaf(const core::RecordId& id) override;
    std::vector<core::Leaf> bucket(std::uint32_t bucket) override;
    core::Hash node(std::uint32_t node) override;
    std::uint64_t record_count() override { return disk.records.size(); }

  private:
    class Writing;
    std::map<core::RecordId, Kept>::const_iterator first_of(std::uint32_t bucket) const;
    Disk* writing_ = nullptr;  // of the transaction that is open
    const Disk& seen() const { return writing_ != nullptr ? *writing_ : disk; }
};

}  // namespace sparekey::tests
