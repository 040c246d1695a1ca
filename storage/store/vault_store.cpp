#include "storage/store/vault_store.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/secret/secret_bytes.h"
#include "storage/schema/schema.h"
#include "storage/store/bulk_writing.h"
#include "storage/store/head_bytes.h"
#include "storage/store/id_rows.h"

#include <algorithm>

namespace sparekey::storage {
namespace {

/// More rows than this are cheaper to check by one pass over the index.
constexpr std::size_t kCheckedSingly = 64;

core::Hash head_hash(core::ByteView bytes) {
    core::Hash hash{};
    if (bytes.size() != hash.size()) throw CorruptDatabase("vault.db: its head is damaged");
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

}  // namespace

core::Error damaged(const std::string& what) {
    return {core::ErrorCode::integrity, what,
            "run sparekey doctor; a backup has the last good state"};
}

VaultStore::~VaultStore() = default;

VaultStore::VaultStore(const std::string& path, const core::DatabaseKey& key, Opening opening,
                       Workload workload)
    : workload_(workload), database_(path, key, opening, workload) {
    migrate(database_, migrations(), {path, key});
    if (workload == Workload::draft) database_.allow_changes(false);
}

void VaultStore::prepare() {
    states_ = std::make_unique<StateRows>(database_);
    tree_ = std::make_unique<Tree>(database_);
    index_ = std::make_unique<SearchIndex>(database_);
    audit_ = std::make_unique<AuditLog>(database_);
    differences_ = std::make_unique<Differences>(database_, *states_);
    write_statements_ = std::make_unique<WriteStatements>(database_);
    find_record_ = std::make_unique<Statement>(
        database_, "SELECT parent, type, epoch, blob FROM records WHERE seq = ?1 AND id = ?2");
}

std::unique_ptr<VaultStore> VaultStore::create(const std::string& path,
                                               const core::DatabaseKey& key,
                                               const core::VaultId& vault, core::ByteView keyring) {
    std::unique_ptr<VaultStore> store(new VaultStore(path, key, Opening::create, Workload::normal));
    store->prepare();
    Transaction transaction(store->database_);
    StateRows::Change states(*store->states_);
    store->top_ = core::empty_node(core::kTopNode);
    store->head_ = {1, core::root_hash(0, store->top_)};
    states.put("vault", vault.bytes);
    states.put("keyring", keyring);
    states.put("count", number_bytes(0));
    states.put("sequence", number_bytes(store->head_.sequence));
    states.put("root", store->head_.root);
    states.write();
    transaction.commit();
    states.keep();
    return store;
}

core::Result<std::unique_ptr<VaultStore>> VaultStore::open(const std::string& path,
                                                           const core::DatabaseKey& key,
                                                           const core::VaultId& vault,
                                                           Workload workload) {
    try {
        std::unique_ptr<VaultStore> store(new VaultStore(path, key, Opening::existing, workload));
        store->prepare();
        SPAREKEY_CHECK(store->check_identity(vault));
        return store;
    } catch (const CorruptDatabase& failure) {
        return core::unexpected(damaged(failure.what()));
    }
}

/// The stored head is the tree's, and the vault is the one that keyslots names (L-12).
core::Result<void> VaultStore::check_identity(const core::VaultId& vault) {
    const core::Bytes stored = get_state("vault");
    if (!SPAREKEY_LEFT_OUT("vault-id") && !core::equal_constant_time(stored, vault.bytes)) {
        return core::unexpected(damaged("vault.db belongs to another vault than keyslots"));
    }
    head_ = {to_number(get_state("sequence")), head_hash(get_state("root"))};
    count_ = to_number(get_state("count"));
    top_ = tree_->top();
    if (core::root_hash(count_, top_) != head_.root) {
        return core::unexpected(damaged("vault.db: its records are not those of its last change"));
    }
    return {};
}

core::Result<core::Record> VaultStore::load(const core::RecordId& id) try {
    const auto row = row_of(id);
    if (!row) return core::unexpected(core::ErrorCode::not_found, "no such record");
    core::Record record;
    record.id = id;
    record.version = row->leaf.version;
    find_record_->bind(1, row->seq).bind(2, core::ByteView(id.bytes));
    const bool present = find_record_->step();
    if (present) {
        record.parent = core::RecordId::from_bytes(find_record_->bytes(0));
        record.type = static_cast<core::RecordType>(find_record_->integer(1));
        record.epoch = static_cast<std::uint32_t>(find_record_->integer(2));
        const core::ByteView blob = find_record_->bytes(3);
        record.blob.assign(blob.begin(), blob.end());
    }
    find_record_->reset();
    // SQLCipher's own page check misses a zeroed overflow page and any page put back whole.
    const bool is_whole = present && core::sha256(record.blob) == row->leaf.blob;
    if (!is_whole && !SPAREKEY_LEFT_OUT("blob-hash")) {
        return core::unexpected(damaged("record " + id.text() + " is damaged"));
    }
    return record;
} catch (const CorruptDatabase& failure) {
    return core::unexpected(damaged(failure.what()));
}

/// As a scan finds them, held against the root, or against what the open transaction wrote.
const std::vector<StoredLeaf>& VaultStore::rows_of(std::uint32_t bucket) {
    database_.use();  // what is in memory, too, may be a writing thread's
    if (read_ && read_->number == bucket) return read_->rows;
    Bucket found{bucket, {}};
    std::uint64_t weighs = 0;
    const core::Hash hash = tree_->computed_bucket(bucket, [&](const StoredLeaf& row) {
        found.rows.push_back(row);
        weighs += weight(row);
    });
    const bool is_held = held_ != nullptr && held_->buckets[bucket];
    const bool is_whole =
        is_held ? weighs == held_->weights[bucket] : tree_->leads(bucket, hash, top_);
    if (!is_whole && !SPAREKEY_LEFT_OUT("record-freshness")) {
        throw CorruptDatabase(
            "vault.db: a record, or what lies beside it, is older than the vault's last change");
    }
    if (held_ != nullptr && !is_held) {
        held_->buckets.set(bucket);
        held_->weights[bucket] = weighs;
    }
    return read_.emplace(std::move(found)).rows;
}

/// An old page above others may lead a look-up by id to another row, or to none, where the scan is
/// whole.
std::optional<StoredLeaf> VaultStore::row_of(const core::RecordId& id) {
    const auto& rows = rows_of(core::bucket_of(id));
    const auto row = std::ranges::find(rows, id, [](const StoredLeaf& one) { return one.leaf.id; });
    return row == rows.end() ? std::nullopt : std::optional(*row);
}

/// Before the first change of it: the new root would cover whatever old page lies there.
void VaultStore::hold(std::uint32_t bucket) {
    if (held_->buckets[bucket]) return;
    read_.reset();
    rows_of(bucket);
}

bool VaultStore::contains(const core::RecordId& id) {
    return !is_unknown(id) && row_of(id);
}

/// To a bulk workload, which then need not look.
bool VaultStore::is_unknown(const core::RecordId& id) const {
    return known_ && known_->count(first_half(id)) == 0;
}

/// All buckets are held by it.
void VaultStore::learn_ids(Held& held) {
    known_.emplace();
    std::vector<core::Hash> buckets;
    for (std::uint32_t bucket = 0; bucket < core::kBuckets; ++bucket) {
        buckets.push_back(tree_->computed_bucket(bucket, [&](const StoredLeaf& row) {
            known_->insert(first_half(row.leaf.id));
            held.weights[bucket] += weight(row);
        }));
    }
    if (core::top_of(buckets) != top_ && !SPAREKEY_LEFT_OUT("known-freshness")) {
        throw CorruptDatabase("vault.db: its records are not those of its last change");
    }
    held.buckets.set();
}

std::vector<core::Child> VaultStore::children(const core::RecordId& parent, core::RecordType type) {
    Statement rows(
        database_,
        "SELECT id, place FROM records WHERE parent = ?1 AND type = ?2 ORDER BY place, id");
    rows.bind(1, core::ByteView(parent.bytes)).bind(2, static_cast<std::int64_t>(type));
    std::vector<core::Child> found;
    while (rows.step()) {
        const auto id = core::RecordId::from_bytes(rows.bytes(0));
        if (!id) throw CorruptDatabase("vault.db: a record has no id");
        const core::ByteView place = rows.bytes(1);
        found.push_back({*id, core::Bytes(place.begin(), place.end())});
    }
    return found;
}

std::vector<core::RecordId> VaultStore::parents_of(core::RecordType type) {
    Statement rows(database_,
                   "SELECT DISTINCT parent FROM records WHERE parent IS NOT NULL AND type = ?1");
    rows.bind(1, static_cast<std::int64_t>(type));
    return read_ids(rows);
}

std::vector<core::RecordId> VaultStore::unreadable() {
    Statement rows(database_, "SELECT id FROM records WHERE type = ?1 ORDER BY id");
    rows.bind(1, static_cast<std::int64_t>(core::RecordType::unreadable));
    return read_ids(rows);
}

std::unique_ptr<core::RecordTransaction> VaultStore::begin() {
    if (workload_ == Workload::normal) return std::make_unique<Writing>(*this);
    if (workload_ == Workload::draft && !draft_is_finished_) database_.allow_changes(true);
    return std::make_unique<BulkWriting>(*this);
}

std::unique_ptr<core::SyncTransaction> VaultStore::begin_sync() {
    return std::make_unique<Writing>(*this);
}

void VaultStore::finish_draft() {
    database_.finish_draft();
    draft_is_finished_ = true;
    draft_.take_place();
}

std::optional<core::Leaf> VaultStore::leaf(const core::RecordId& id) {
    const auto row = row_of(id);
    return row ? std::optional(row->leaf) : std::nullopt;
}

std::vector<core::Leaf> VaultStore::bucket(std::uint32_t bucket) {
    std::vector<core::Leaf> leaves;
    for (const StoredLeaf& row : rows_of(bucket)) leaves.push_back(row.leaf);
    return leaves;
}

std::vector<core::IndexRow> VaultStore::lookup(core::Match match, std::string_view folded_query,
                                               core::Shelf shelf, std::size_t limit) {
    return index_->lookup(match, folded_query, shelf, limit);
}

std::optional<core::IndexRow> VaultStore::index_row(const core::RecordId& id) {
    const auto row = row_of(id);
    if (!row) return std::nullopt;
    auto entry = index_->row(row->seq);
    const bool is_item = row->type == static_cast<std::int64_t>(core::RecordType::item);
    const bool is_fresh =
        entry ? entry->id == id && entry->revision == row->leaf.version : !is_item;
    if (!is_fresh && !SPAREKEY_LEFT_OUT("index-freshness")) {
        throw CorruptDatabase("vault.db: its search index is older than its records");
    }
    return entry;
}

void VaultStore::each_index_row(core::Shelf shelf,
                                const std::function<bool(const core::IndexRow&)>& visit) {
    index_->each(shelf, visit);
}

void VaultStore::each_conflicting_row(const std::function<void(const core::IndexRow&)>& visit) {
    index_->each_conflicting(visit);
}

std::size_t VaultStore::count(core::Shelf shelf) {
    return index_->counts().items(shelf);
}

std::size_t VaultStore::conflict_count(core::Shelf shelf) {
    return index_->counts().conflicts(shelf);
}

core::Bytes VaultStore::get_state(std::string_view key) {
    auto value = state(key);
    if (!value) throw CorruptDatabase("vault.db: its state is incomplete");
    return *std::move(value);
}

/// A transaction of its own, which changes no record.
void VaultStore::change_state(std::string_view key, core::ByteView value) {
    const StoreHead head{head_.sequence + 1, head_.root};
    Transaction transaction(database_);
    StateRows::Change states(*states_);
    states.put(key, value);
    states.put("sequence", number_bytes(head.sequence));
    states.write();
    transaction.commit();
    states.keep();
    head_ = head;
    if (listener_) listener_(head);
}

core::Bytes VaultStore::keyring() {
    return get_state("keyring");
}

void VaultStore::replace_keyring(core::ByteView keyring) {
    change_state("keyring", keyring);
}

void VaultStore::allow_key_slots(std::span<const core::Hash> macs) {
    core::Bytes all;
    for (const core::Hash& mac : macs) all.insert(all.end(), mac.begin(), mac.end());
    change_state("keyslots", all);
}

bool VaultStore::allows_key_slots(const core::Hash& mac) {
    const core::Bytes all = get_state("keyslots");
    for (std::size_t at = 0; at + mac.size() <= all.size(); at += mac.size()) {
        if (core::equal_constant_time(core::ByteView(all).subspan(at, mac.size()), mac)) {
            return true;
        }
    }
    return false;
}

void VaultStore::check_blobs() {
    Statement rows(database_,
                   "SELECT record_ids.hash, records.blob FROM record_ids "
                   "LEFT JOIN records ON records.seq = record_ids.seq");
    std::uint64_t seen = 0;
    while (rows.step()) {
        if (core::sha256(rows.bytes(1)) != head_hash(rows.bytes(0))) {
            throw CorruptDatabase("vault.db: a record is damaged");
        }
        ++seen;
    }
    Statement stored(database_, "SELECT count(*) FROM records");
    if (seen != count_ || !stored.step() ||
        static_cast<std::uint64_t>(stored.integer(0)) != count_) {
        throw CorruptDatabase("vault.db: records are missing");
    }
}

core::Result<void> VaultStore::verify() try {
    database_.check_integrity();
    states_->check();
    check_blobs();
    index_->check();
    return check_index();
} catch (const CorruptDatabase& failure) {
    return core::unexpected(damaged(failure.what()));
}

core::Result<void> VaultStore::check_rows(std::span<const core::IndexRow> rows) try {
    if (rows.size() > kCheckedSingly) return check_index();
    for (const core::IndexRow& row : rows) {
        const auto stored = row_of(row.id);
        const bool is_fresh = stored && stored->leaf.version == row.revision;
        if (!is_fresh && !SPAREKEY_LEFT_OUT("index-freshness")) {
            return core::unexpected(
                damaged("vault.db: its search index is older than its records"));
        }
    }
    return {};
} catch (const CorruptDatabase& failure) {
    return core::unexpected(damaged(failure.what()));
}

core::Result<void> VaultStore::check_index() try {
    const auto check = start_check();
    Statement entries(database_, "SELECT id, seq, revision FROM entries");
    while (entries.step()) {
        const auto id = core::RecordId::from_bytes(entries.bytes(0));
        if (!id) throw CorruptDatabase("vault.db: a search entry has no id");
        check->entry(*id, entries.integer(1), entries.integer(2));
    }
    while (!check->next_buckets(core::kBuckets)) {
    }
    return finish_check(*check);
} catch (const CorruptDatabase& failure) {
    return core::unexpected(damaged(failure.what()));
}

core::Result<void> VaultStore::finish_check(const IndexCheck& check) const try {
    check.require_whole(top_);
    return {};
} catch (const CorruptDatabase& failure) {
    return core::unexpected(damaged(failure.what()));
}

std::optional<std::int64_t> VaultStore::each_index_row_after(
    std::int64_t seq, std::size_t count,
    const std::function<void(std::int64_t, const core::IndexRow&)>& visit) {
    return index_->each_after(seq, count, visit);
}

core::Result<void> VaultStore::check_buckets(std::span<const core::Hash> buckets) const {
    if (core::top_of(buckets) == top_ || SPAREKEY_LEFT_OUT("item-reader-root")) return {};
    return core::unexpected(damaged("vault.db: its records are not those of its last change"));
}

std::optional<std::int64_t> VaultStore::each_item_after(
    std::int64_t seq, std::size_t count,
    const std::function<void(std::int64_t, core::Record&&)>& visit) {
    Statement rows(database_,
                   "SELECT seq, epoch, blob FROM records "
                   "WHERE seq > ?1 AND type = ?2 ORDER BY seq LIMIT ?3");
    rows.bind(1, seq)
        .bind(2, static_cast<std::int64_t>(core::RecordType::item))
        .bind(3, static_cast<std::int64_t>(count));
    std::optional<std::int64_t> last;
    while (rows.step()) {
        core::Record record;
        record.type = core::RecordType::item;
        record.epoch = static_cast<std::uint32_t>(rows.integer(1));
        const core::ByteView blob = rows.bytes(2);
        record.blob.assign(blob.begin(), blob.end());
        last = rows.integer(0);
        visit(*last, std::move(record));
    }
    return last;
}

}  // namespace sparekey::storage
