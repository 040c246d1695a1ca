// The records of one vault in SQLCipher: core's SyncStore on a file.
//
// Each transaction stores the new state root and the next local sequence with its changes; the head
// (sequence, root) then goes to a sidecar outside the database, database first. Every load() checks
// its record against the root, so a page or a file that was put back is ErrorCode::integrity.
#pragma once

#include "core/ports/sync_store.h"
#include "storage/store/audit_log.h"
#include "storage/store/differences.h"
#include "storage/store/index_check.h"
#include "storage/store/search_index.h"
#include "storage/store/state_rows.h"
#include "storage/store/tree.h"

#include <bitset>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>

namespace sparekey::storage {

/// What a vault's last transaction left: told to the sidecar after each commit.
struct StoreHead {
    std::uint64_t sequence = 0;
    core::Hash root{};

    friend bool operator==(const StoreHead&, const StoreHead&) = default;
};

/// What a transaction did to the search index: an item's row, or without one that it is gone.
struct IndexChange {
    core::RecordId id;
    std::optional<core::IndexRow> row;
};

/// What becomes of the file in Workload::draft, whose store changes by one begin() and no more: all
/// else would be thrown away with the file, or written beside a name that is gone.
struct DraftSteps {
    /// Called now and then while the file grows.
    std::function<void()> write_back;
    /// Called when the transaction is durable in the file, before anybody is told of it. What it
    /// throws, the commit throws, and the store is of no use any more.
    std::function<void()> take_place;
};

/// ErrorCode::integrity, with what a person can do.
core::Error damaged(const std::string& what);

struct WriteStatements;

class VaultStore final : public core::SyncStore {
  public:
    /// Makes vault.db at `path`, which must not exist, with sequence 1 and no records.
    static std::unique_ptr<VaultStore> create(const std::string& path, const core::DatabaseKey& key,
                                              const core::VaultId& vault, core::ByteView keyring);
    /// ErrorCode::integrity for a file that is damaged, another vault's or not a vault's.
    static core::Result<std::unique_ptr<VaultStore>> open(const std::string& path,
                                                          const core::DatabaseKey& key,
                                                          const core::VaultId& vault,
                                                          Workload workload);
    ~VaultStore() override;

    core::Result<core::Record> load(const core::RecordId& id) override;
    bool contains(const core::RecordId& id) override;
    std::vector<core::Child> children(const core::RecordId& parent, core::RecordType type) override;
    /// The records that have a child of this type.
    std::vector<core::RecordId> parents_of(core::RecordType type);
    /// In a bulk workload it is written by a thread of its own (storage/store/bulk_writing.h).
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
    std::uint64_t sequence() const override { return head_.sequence; }
    std::optional<core::Bytes> state(std::string_view key) override { return states_->find(key); }
    std::optional<core::Difference> difference(const core::RecordId& id) override {
        return differences_->find(id);
    }
    void each_difference(const std::function<bool(const core::Difference&)>& visit) override {
        differences_->each(visit);
    }
    std::size_t unsent_count() override { return differences_->unsent(); }
    std::vector<core::RecordId> unreadable() override;
    std::vector<core::RecordId> parents_of_removed() override {
        return differences_->parents_of_removed();
    }
    std::vector<core::RecordBlob> removed_parts(const core::RecordId& parent) override {
        return differences_->removed_parts(parent);
    }
    std::optional<core::Leaf> leaf(const core::RecordId& id) override;
    std::vector<core::Leaf> bucket(std::uint32_t bucket) override;
    core::Hash node(std::uint32_t node) override { return tree_->node(node); }
    std::uint64_t record_count() override { return count_; }

    AuditLog& audit() { return *audit_; }
    const StoreHead& head() const { return head_; }
    /// Called with the new head after each commit.
    void on_commit(std::function<void(const StoreHead&)> listener) {
        listener_ = std::move(listener);
    }
    /// In Workload::draft, before begin().
    void on_draft(DraftSteps steps) { draft_ = std::move(steps); }
    /// Called after each commit that changed the search index, in the order of the changes. One
    /// listener; empty: none.
    void on_index_change(std::function<void(std::span<const IndexChange>)> listener) {
        index_listener_ = std::move(listener);
    }
    // Each change of these has a sequence of its own, so that an older state is noticed.

    core::Bytes keyring();
    void replace_keyring(core::ByteView keyring);
    /// The header MAC of each `keyslots` file that may lie beside this database: one, or two while
    /// it is being replaced.
    void allow_key_slots(std::span<const core::Hash> macs);
    bool allows_key_slots(const core::Hash& mac);

    /// Everything: pages, structure, schema, the state, every blob against its hash, the whole
    /// tree, the search index against the records. ErrorCode::integrity at the first that does not
    /// hold.
    core::Result<void> verify();
    /// Each row is of its record's own version, so its text is what was written with it.
    core::Result<void> check_rows(std::span<const core::IndexRow> rows);
    /// The same of the whole index, which also names every item: asked before a look-up is told
    /// "not found", since an index page may have been put back.
    core::Result<void> check_index();

    // The same in pieces, for CatalogReader. These throw CorruptDatabase.

    std::unique_ptr<IndexCheck> start_check() { return std::make_unique<IndexCheck>(*tree_); }
    core::Result<void> finish_check(const IndexCheck& check) const;
    /// The next `count` index rows in the order of their places; the last one's, if there was one.
    std::optional<std::int64_t> each_index_row_after(
        std::int64_t seq, std::size_t count,
        const std::function<void(std::int64_t seq, const core::IndexRow& row)>& visit);

    // The same for ItemReader.

    core::Hash computed_bucket(std::uint32_t bucket, const OnLeaf& visit) {
        return tree_->computed_bucket(bucket, visit);
    }
    /// `buckets` are all of them, computed. ErrorCode::integrity if they are not the state root's.
    core::Result<void> check_buckets(std::span<const core::Hash> buckets) const;
    /// The next `count` items' records in the order of their places, without id, version and
    /// parent; the last one's place, if there was one.
    std::optional<std::int64_t> each_item_after(
        std::int64_t seq, std::size_t count,
        const std::function<void(std::int64_t seq, core::Record&& record)>& visit);

  private:
    class Writing;
    class BulkWriting;
    VaultStore(const std::string& path, const core::DatabaseKey& key, Opening opening,
               Workload workload);
    void prepare();
    core::Result<void> check_identity(const core::VaultId& vault);
    core::Bytes get_state(std::string_view key);
    void change_state(std::string_view key, core::ByteView value);
    void check_blobs();
    /// Buckets that were held against the root in a transaction, and what their rows weigh by now.
    /// It changes no others, and the root does not cover those that it changed.
    struct Held {
        std::bitset<core::kBuckets> buckets;
        std::vector<std::uint64_t> weights = std::vector<std::uint64_t>(core::kBuckets);
    };
    const std::vector<StoredLeaf>& rows_of(std::uint32_t bucket);
    std::optional<StoredLeaf> row_of(const core::RecordId& id);
    void hold(std::uint32_t bucket);
    bool is_unknown(const core::RecordId& id) const;
    void learn_ids(Held& held);
    void finish_draft();

    Workload workload_;
    Database database_;
    std::unique_ptr<StateRows> states_;
    std::unique_ptr<Tree> tree_;
    std::unique_ptr<SearchIndex> index_;
    std::unique_ptr<AuditLog> audit_;
    std::unique_ptr<Differences> differences_;
    std::unique_ptr<WriteStatements> write_statements_;
    std::unique_ptr<Statement> find_record_;
    StoreHead head_;
    core::Hash top_{};
    std::uint64_t count_ = 0;
    Held* held_ = nullptr;  // the open transaction's, if there is one
    /// The bucket that was read last, as it was held; not since it was changed.
    struct Bucket {
        std::uint32_t number = 0;
        std::vector<StoredLeaf> rows;
    };
    std::optional<Bucket> read_;
    DraftSteps draft_;
    bool draft_is_finished_ = false;
    std::function<void(const StoreHead&)> listener_;
    std::function<void(std::span<const IndexChange>)> index_listener_;
    // In a bulk workload the first halves of all ids, and of some more: what is not there needs no
    // look-up.
    std::optional<std::unordered_set<std::uint64_t>> known_;
};

}  // namespace sparekey::storage
