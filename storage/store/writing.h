// One transaction on a vault's records: what VaultStore::begin() and begin_sync() hand out.
#pragma once

#include "storage/store/vault_store.h"

namespace sparekey::storage {

/// Prepared once a store: preparing costs as much as a small change itself.
struct WriteStatements {
    explicit WriteStatements(Database& database);

    Statement insert_record;
    Statement update_record;
    Statement put_id;
    Statement remove_record;
    Statement remove_id;
    Statement put_place;
};

/// Settles the tree in commit(), for the buckets that it touched.
class VaultStore::Writing final : public core::SyncTransaction {
  public:
    explicit Writing(VaultStore& store);
    /// What was counted and not committed did not happen.
    ~Writing() override;

    void put(const core::Record& record, const core::IndexRow* index) override;
    void remove(const core::RecordId& id) override;
    void put_place(const core::RecordId& id, core::ByteView place) override;
    void commit() override;

    void put_from_account(const core::Record& record, const core::IndexRow* index) override;
    void remove_from_account(const core::RecordId& id) override;
    void set_difference(const core::Difference& difference) override;
    void clear_difference(const core::RecordId& id) override;
    void differ_in_all() override;
    void differ_in_nothing() override;
    void forget_removed() override;
    void put_state(std::string_view key, core::ByteView value) override;
    void remove_state(std::string_view key) override;

    // put() in two steps, for whoever writes on another thread.

    /// What a record is written by, as far as it can be known without the database.
    struct Change {
        /// Takes copies of both.
        Change(const core::Record& of, const core::IndexRow* indexed);
        /// What it has in memory, but for what is small.
        std::size_t bytes() const;

        core::Record record;
        core::Hash hash;
        std::optional<core::IndexRow> index;
        std::optional<IndexTexts> texts;      // of `index`
        std::optional<StoredLeaf> here = {};  // the record's row, if there is one
    };
    /// The record's row, if it is here; from now on it counts as here.
    std::optional<StoredLeaf> locate(const core::RecordId& id);
    void put(const Change& change);

  private:
    void write(const Change& change);
    void erase(const StoredLeaf& here);
    std::int64_t append(const core::Record& record);
    std::int64_t replace(std::int64_t seq, const core::Record& record);
    void expect_one_changed() const;
    void touch(std::uint32_t bucket);
    void update_tree();
    std::set<std::uint32_t> buckets() const;
    void give_back_space();

    VaultStore& store_;
    Transaction transaction_;
    StateRows::Change states_;
    WriteStatements& statements_;
    Held held_;
    std::bitset<core::kBuckets> touched_;
    std::uint64_t count_;
    bool erased_ = false;
    std::vector<IndexChange> changes_;
};

}  // namespace sparekey::storage
