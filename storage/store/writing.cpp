#include "storage/store/writing.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "storage/store/head_bytes.h"

namespace sparekey::storage {

WriteStatements::WriteStatements(Database& database)
    : insert_record(database,
                    "INSERT INTO records(parent, type, epoch, blob, id, place) "
                    "VALUES(?1, ?2, ?3, ?4, ?5, ?6)"),
      update_record(database,
                    "UPDATE records SET epoch = ?1, blob = ?2 WHERE seq = ?3 AND id = ?4"),
      put_id(database,
             "INSERT OR REPLACE INTO record_ids(id, version, hash, seq, type) "
             "VALUES(?1, ?2, ?3, ?4, ?5)"),
      remove_record(database, "DELETE FROM records WHERE seq = ?1 AND id = ?2"),
      remove_id(database, "DELETE FROM record_ids WHERE id = ?1"),
      put_place(database, "UPDATE records SET place = ?1 WHERE seq = ?2 AND id = ?3") {}

VaultStore::Writing::Writing(VaultStore& store)
    : store_(store),
      transaction_(store.database_),
      states_(*store.states_),
      statements_(*store.write_statements_),
      count_(store.count_) {
    if (store.workload_ != Workload::normal) {
        store.learn_ids(held_);
        store.index_->begin_bulk();
    }
    // Last: a constructor that fails has no destructor to take it back.
    store.held_ = &held_;
}

VaultStore::Writing::~Writing() {
    store_.index_->counts().forget();
    if (store_.held_ != &held_) return;
    store_.held_ = nullptr;
    store_.read_.reset();
}

VaultStore::Writing::Change::Change(const core::Record& of, const core::IndexRow* indexed)
    : record(of), hash(core::sha256(of.blob)) {
    if (indexed == nullptr) return;
    index = *indexed;
    texts.emplace(*indexed);
}

std::size_t VaultStore::Writing::Change::bytes() const {
    // What the index is made of is here once more, in the row.
    return record.blob.size() + (texts ? 2 * texts->bytes() : 0);
}

std::optional<StoredLeaf> VaultStore::Writing::locate(const core::RecordId& id) {
    if (!store_.is_unknown(id)) return store_.row_of(id);
    store_.known_->insert(first_half(id));
    return std::nullopt;
}

void VaultStore::Writing::put(const core::Record& record, const core::IndexRow* index) {
    Change change(record, index);
    change.here = locate(record.id);
    put(change);
}

void VaultStore::Writing::put(const Change& change) {
    if (store_.differences_->are_kept()) {
        store_.differences_->changed_here(change.record.id, change.here);
    }
    write(change);
}

void VaultStore::Writing::put_from_account(const core::Record& record,
                                           const core::IndexRow* index) {
    Change change(record, index);
    change.here = locate(record.id);
    write(change);
    store_.differences_->clear(record.id);
}

void VaultStore::Writing::write(const Change& change) {
    const core::Record& record = change.record;
    const std::uint32_t bucket = core::bucket_of(record.id);
    touch(bucket);
    const std::int64_t seq = change.here ? replace(change.here->seq, record) : append(record);
    if (change.here) held_.weights[bucket] -= weight(*change.here);
    held_.weights[bucket] += weight(
        {{record.id, record.version, change.hash}, seq, static_cast<std::int64_t>(record.type)});
    statements_.put_id.bind(1, core::ByteView(record.id.bytes))
        .bind(2, static_cast<std::int64_t>(record.version))
        .bind(3, core::ByteView(change.hash))
        .bind(4, seq)
        .bind(5, static_cast<std::int64_t>(record.type))
        .run();
    if (!change.index) return;
    if (change.here) store_.index_->remove(seq);
    store_.index_->put(seq, *change.index, *change.texts);
    if (store_.index_listener_) changes_.push_back({record.id, *change.index});
}

void VaultStore::Writing::remove(const core::RecordId& id) {
    const auto here = store_.row_of(id);
    if (!here) return;
    if (store_.differences_->are_kept()) store_.differences_->removed_here(*here);
    erase(*here);
}

void VaultStore::Writing::remove_from_account(const core::RecordId& id) {
    if (const auto here = store_.row_of(id)) erase(*here);
    store_.differences_->clear(id);
}

void VaultStore::Writing::erase(const StoredLeaf& here) {
    const core::RecordId& id = here.leaf.id;
    touch(core::bucket_of(id));
    held_.weights[core::bucket_of(id)] -= weight(here);
    statements_.remove_record.bind(1, here.seq).bind(2, core::ByteView(id.bytes)).run();
    expect_one_changed();
    statements_.remove_id.bind(1, core::ByteView(id.bytes)).run();
    store_.index_->remove(here.seq);
    erased_ = true;
    --count_;
    if (store_.index_listener_) changes_.push_back({id, std::nullopt});
}

void VaultStore::Writing::put_place(const core::RecordId& id, core::ByteView place) {
    if (const auto here = store_.row_of(id)) {
        statements_.put_place.bind(1, place)
            .bind(2, here->seq)
            .bind(3, core::ByteView(id.bytes))
            .run();
        expect_one_changed();
    }
}

void VaultStore::Writing::set_difference(const core::Difference& difference) {
    store_.differences_->set(difference);
}

void VaultStore::Writing::clear_difference(const core::RecordId& id) {
    store_.differences_->clear(id);
}

void VaultStore::Writing::differ_in_all() {
    store_.differences_->fill();
}

void VaultStore::Writing::differ_in_nothing() {
    store_.differences_->empty();
}

void VaultStore::Writing::forget_removed() {
    store_.differences_->forget_removed();
}

void VaultStore::Writing::put_state(std::string_view key, core::ByteView value) {
    states_.put(key, value);
}

void VaultStore::Writing::remove_state(std::string_view key) {
    states_.remove(key);
}

void VaultStore::Writing::commit() {
    if (store_.workload_ != Workload::normal) store_.index_->end_bulk();
    store_.index_->counts().write();
    update_tree();
    const core::Hash top = store_.tree_->top();
    const StoreHead head{store_.head_.sequence + 1, core::root_hash(count_, top)};
    put_state("count", number_bytes(count_));
    put_state("sequence", number_bytes(head.sequence));
    put_state("root", head.root);
    states_.write();
    transaction_.commit();
    states_.keep();
    if (store_.workload_ == Workload::draft) store_.finish_draft();
    store_.head_ = head;
    store_.top_ = top;
    store_.held_ = nullptr;
    store_.read_.reset();
    store_.count_ = count_;
    store_.differences_->learn();
    // First what cannot fail for the disk: a sidecar that cannot be written changes nothing
    // here.
    if (store_.index_listener_ && !changes_.empty()) store_.index_listener_(changes_);
    if (store_.listener_) store_.listener_(head);
    if (erased_) give_back_space();
}

/// The change is durable: space that stays is no reason to say that it failed.
void VaultStore::Writing::give_back_space() try {
    store_.database_.give_back_space();
} catch (const core::SystemFailure&) {
}

std::set<std::uint32_t> VaultStore::Writing::buckets() const {
    std::set<std::uint32_t> touched;
    for (std::uint32_t bucket = 0; bucket < core::kBuckets; ++bucket) {
        if (touched_[bucket]) touched.insert(touched.end(), bucket);
    }
    return touched;
}

std::int64_t VaultStore::Writing::append(const core::Record& record) {
    Statement& insert = statements_.insert_record;
    if (record.parent) {
        insert.bind(1, core::ByteView(record.parent->bytes));
    } else {
        insert.bind_null(1);
    }
    insert.bind(2, static_cast<std::int64_t>(record.type))
        .bind(3, std::int64_t{record.epoch})
        .bind(4, core::ByteView(record.blob))
        .bind(5, core::ByteView(record.id.bytes));
    if (record.place.empty()) {
        insert.bind_null(6);
    } else {
        insert.bind(6, core::ByteView(record.place));
    }
    insert.run();
    ++count_;
    return store_.database_.last_insert_id();
}

std::int64_t VaultStore::Writing::replace(std::int64_t seq, const core::Record& record) {
    statements_.update_record.bind(1, std::int64_t{record.epoch})
        .bind(2, core::ByteView(record.blob))
        .bind(3, seq)
        .bind(4, core::ByteView(record.id.bytes))
        .run();
    expect_one_changed();
    return seq;
}

/// An old page in the way to a record's row may show its place as another record's.
void VaultStore::Writing::expect_one_changed() const {
    if (store_.database_.changes() == 1 || SPAREKEY_LEFT_OUT("row-of-record")) return;
    throw CorruptDatabase("vault.db: a record is not where its id says");
}

void VaultStore::Writing::touch(std::uint32_t bucket) {
    store_.hold(bucket);
    touched_[bucket] = true;
    if (store_.read_ && store_.read_->number == bucket) store_.read_.reset();
}

/// A row is written and removed by its id, which an old page above others may lead elsewhere: the
/// new root covers only what was meant.
void VaultStore::Writing::update_tree() {
    std::vector<std::uint64_t> weights(core::kBuckets);
    store_.tree_->update(buckets(), [&](const StoredLeaf& row) {
        weights[core::bucket_of(row.leaf.id)] += weight(row);
    });
    for (const std::uint32_t bucket : buckets()) {
        if (weights[bucket] != held_.weights[bucket] && !SPAREKEY_LEFT_OUT("rows-astray")) {
            throw CorruptDatabase("vault.db: a change did not go where it was to");
        }
    }
}

}  // namespace sparekey::storage
