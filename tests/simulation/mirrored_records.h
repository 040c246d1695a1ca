// The records of a simulated device in memory and in a vault.db of the program's own store, both
// told the same. What is read is the file's; where the two differ, the store is wrong. A process
// that ends leaves database and write-ahead log as they lie at that moment.
#pragma once

#include "core/model/key_slots.h"
#include "storage/store/vault_store.h"
#include "tests/simulation/memory_records.h"

namespace sparekey::tests {

class MirroredRecords final : public core::SyncStore {
  public:
    /// `model` is empty.
    MirroredRecords(MemoryRecords& model, core::VaultId vault, const core::DatabaseKey& key,
                    core::ByteView keyring);
    ~MirroredRecords() override;

    /// A folder that goes with its last holder.
    class Folder;
    std::shared_ptr<const Folder> save() const;
    void put_back(const Folder& saved);
    /// Opens what the process left that ended.
    void restart();
    /// The first difference, or what storage's own verify() says; empty if all agrees.
    std::string complaint();
    /// How many answers of the file were held against the memory's.
    std::size_t compared() const { return compared_; }

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
    std::uint64_t sequence() const override;
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
    std::uint64_t record_count() override;

  private:
    class Writing;
    void open();
    /// The process ends: what lies in the folder now is what the next one finds.
    void leave();
    void agree(bool same, const char* what) const;

    MemoryRecords& model_;
    const core::VaultId vault_;
    const core::DatabaseKey key_;
    std::shared_ptr<const Folder> folder_;
    std::shared_ptr<const Folder> left_;
    std::unique_ptr<storage::VaultStore> file_;
    mutable std::string failure_;
    mutable std::size_t compared_ = 0;
};

}  // namespace sparekey::tests
