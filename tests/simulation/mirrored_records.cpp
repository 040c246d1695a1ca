#include "tests/simulation/mirrored_records.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <tuple>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;
using core::Difference;
using core::IndexRow;
using core::Record;
using core::RecordId;

constexpr const char* kDatabase = "vault.db";
constexpr const char* kLog = "vault.db-wal";

/// Without its place, which its parent is asked for.
auto parts_of(const Record& record) {
    return std::tie(record.id, record.type, record.parent, record.version, record.epoch,
                    record.blob);
}

auto parts_of(const IndexRow& row) {
    const core::Summary& summary = row.summary;
    return std::tie(row.id, row.revision, summary.type, summary.title, summary.username,
                    summary.urls, summary.tags, summary.favorite, summary.deleted,
                    summary.created_ms, summary.modified_ms, summary.conflicts);
}

bool same(const core::Result<Record>& a, const core::Result<Record>& b) {
    if (!a || !b) return !a && !b && a.error().code == b.error().code;
    return parts_of(*a) == parts_of(*b);
}

bool same(const std::optional<IndexRow>& a, const std::optional<IndexRow>& b) {
    if (!a || !b) return !a && !b;
    return parts_of(*a) == parts_of(*b);
}

bool same(const std::vector<IndexRow>& a, const std::vector<IndexRow>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& x, const auto& y) { return parts_of(x) == parts_of(y); });
}

bool same(const std::vector<core::Child>& a, const std::vector<core::Child>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.id == y.id && x.place == y.place;
    });
}

bool same(const std::vector<core::RecordBlob>& a, const std::vector<core::RecordBlob>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.id == y.id && x.version == y.version && x.blob == y.blob;
    });
}

std::vector<IndexRow> rows_of(core::RecordStore& store, core::Shelf shelf) {
    std::vector<IndexRow> rows;
    store.each_index_row(shelf, [&](const IndexRow& row) {
        rows.push_back(row);
        return true;
    });
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return rows;
}

std::vector<IndexRow> conflicting_rows_of(core::RecordStore& store) {
    std::vector<IndexRow> rows;
    store.each_conflicting_row([&](const IndexRow& row) { rows.push_back(row); });
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return rows;
}

std::vector<Difference> differences_of(core::SyncStore& store) {
    std::vector<Difference> all;
    store.each_difference([&](const Difference& difference) {
        all.push_back(difference);
        return true;
    });
    return all;
}

}  // namespace

class MirroredRecords::Folder {
  public:
    /// In memory where there is such a place: what is tested is the order of what is written.
    Folder() {
        static int made = 0;
        const fs::path memory = "/dev/shm";
        path_ = (fs::is_directory(memory) ? memory : fs::temp_directory_path()) /
                ("sparekey-mirror-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
        fs::create_directory(path_);
    }
    explicit Folder(const Folder& other) : Folder() {
        for (const char* name : {kDatabase, kLog}) {
            if (fs::exists(other.path_ / name)) fs::copy_file(other.path_ / name, path_ / name);
        }
    }
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    std::string database() const { return path_ / kDatabase; }

  private:
    fs::path path_;
};

class MirroredRecords::Writing final : public core::SyncTransaction {
  public:
    explicit Writing(MirroredRecords& store)
        : store_(store), memory_(store.model_.begin_sync()), file_(store.file_->begin_sync()) {}

    void put(const Record& record, const IndexRow* index) override {
        both([&](auto& one) { one.put(record, index); });
    }
    void remove(const RecordId& id) override {
        both([&](auto& one) { one.remove(id); });
    }
    void put_place(const RecordId& id, core::ByteView place) override {
        both([&](auto& one) { one.put_place(id, place); });
    }
    void commit() override {
        const std::uint64_t before = store_.model_.disk.sequence;
        try {
            memory_->commit();
        } catch (const Crash&) {
            if (store_.model_.disk.sequence != before) file_->commit();
            store_.leave();
            throw;
        }
        file_->commit();
        store_.agree(store_.file_->sequence() == store_.model_.sequence(), "sequence");
    }
    void put_from_account(const Record& record, const IndexRow* index) override {
        both([&](auto& one) { one.put_from_account(record, index); });
    }
    void remove_from_account(const RecordId& id) override {
        both([&](auto& one) { one.remove_from_account(id); });
    }
    void set_difference(const Difference& difference) override {
        both([&](auto& one) { one.set_difference(difference); });
    }
    void clear_difference(const RecordId& id) override {
        both([&](auto& one) { one.clear_difference(id); });
    }
    void differ_in_all() override {
        both([](auto& one) { one.differ_in_all(); });
    }
    void differ_in_nothing() override {
        both([](auto& one) { one.differ_in_nothing(); });
    }
    void forget_removed() override {
        both([](auto& one) { one.forget_removed(); });
    }
    void put_state(std::string_view key, core::ByteView value) override {
        both([&](auto& one) { one.put_state(key, value); });
    }
    void remove_state(std::string_view key) override {
        both([&](auto& one) { one.remove_state(key); });
    }

  private:
    template <class Change>
    void both(Change change) {
        change(*memory_);
        change(*file_);
    }

    MirroredRecords& store_;
    std::unique_ptr<core::SyncTransaction> memory_;
    std::unique_ptr<core::SyncTransaction> file_;
};

MirroredRecords::MirroredRecords(MemoryRecords& model, core::VaultId vault,
                                 const core::DatabaseKey& key, core::ByteView keyring)
    : model_(model),
      vault_(vault),
      key_(key.clone()),
      folder_(std::make_shared<const Folder>()),
      file_(storage::VaultStore::create(folder_->database(), key_, vault_, keyring)) {
    model_.disk.state.insert_or_assign("keyring", core::Bytes(keyring.begin(), keyring.end()));
}

MirroredRecords::~MirroredRecords() = default;

std::shared_ptr<const MirroredRecords::Folder> MirroredRecords::save() const {
    return std::make_shared<const Folder>(*folder_);
}

void MirroredRecords::put_back(const Folder& saved) {
    left_ = std::make_shared<const Folder>(saved);
    restart();
}

void MirroredRecords::leave() {
    left_ = std::make_shared<const Folder>(*folder_);
}

void MirroredRecords::restart() {
    if (!left_) leave();
    file_.reset();
    folder_ = std::move(left_);
    left_.reset();
    open();
}

void MirroredRecords::open() {
    auto opened =
        storage::VaultStore::open(folder_->database(), key_, vault_, storage::Workload::normal);
    if (!opened) throw std::runtime_error("vault.db: " + opened.error().message);
    file_ = std::move(*opened);
    agree(file_->sequence() == model_.sequence(), "sequence after a restart");
}

void MirroredRecords::agree(bool same, const char* what) const {
    ++compared_;
    if (!same && failure_.empty()) {
        failure_ = std::string("the file says something else than the memory: ") + what;
    }
}

std::string MirroredRecords::complaint() {
    if (!failure_.empty()) return failure_;
    if (const auto sound = file_->verify(); !sound) return sound.error().message;
    for (const auto& [id, kept] : model_.disk.records) agree(bool(load(id)), "a record");
    for (const auto& [key, value] : model_.disk.state) state(key);
    for (const core::Shelf shelf : {core::Shelf::live, core::Shelf::trash, core::Shelf::both}) {
        agree(same(rows_of(*file_, shelf), rows_of(model_, shelf)), "index rows");
        count(shelf);
        conflict_count(shelf);
    }
    agree(differences_of(*file_) == differences_of(model_), "differences");
    agree(file_->node(core::kTopNode) == model_.node(core::kTopNode), "state root");
    record_count();
    return failure_;
}

core::Result<Record> MirroredRecords::load(const RecordId& id) {
    auto loaded = file_->load(id);
    agree(same(loaded, model_.load(id)), "a record");
    return loaded;
}

bool MirroredRecords::contains(const RecordId& id) {
    const bool found = file_->contains(id);
    agree(found == model_.contains(id), "which records there are");
    return found;
}

std::vector<core::Child> MirroredRecords::children(const RecordId& parent, core::RecordType type) {
    auto found = file_->children(parent, type);
    agree(same(found, model_.children(parent, type)), "a record's parts");
    return found;
}

std::unique_ptr<core::RecordTransaction> MirroredRecords::begin() {
    return std::make_unique<Writing>(*this);
}

std::unique_ptr<core::SyncTransaction> MirroredRecords::begin_sync() {
    return std::make_unique<Writing>(*this);
}

/// Searching is not the memory's.
std::vector<IndexRow> MirroredRecords::lookup(core::Match match, std::string_view folded_query,
                                              core::Shelf shelf, std::size_t limit) {
    return file_->lookup(match, folded_query, shelf, limit);
}

std::optional<IndexRow> MirroredRecords::index_row(const RecordId& id) {
    auto row = file_->index_row(id);
    agree(same(row, model_.index_row(id)), "an index row");
    return row;
}

void MirroredRecords::each_index_row(core::Shelf shelf,
                                     const std::function<bool(const IndexRow&)>& visit) {
    const auto rows = rows_of(*file_, shelf);
    agree(same(rows, rows_of(model_, shelf)), "index rows");
    for (const IndexRow& row : rows) {
        if (!visit(row)) return;
    }
}

void MirroredRecords::each_conflicting_row(const std::function<void(const IndexRow&)>& visit) {
    const auto rows = conflicting_rows_of(*file_);
    agree(same(rows, conflicting_rows_of(model_)), "rows with conflicts");
    for (const IndexRow& row : rows) visit(row);
}

std::size_t MirroredRecords::count(core::Shelf shelf) {
    const std::size_t found = file_->count(shelf);
    agree(found == model_.count(shelf), "how many items there are");
    return found;
}

std::size_t MirroredRecords::conflict_count(core::Shelf shelf) {
    const std::size_t found = file_->conflict_count(shelf);
    agree(found == model_.conflict_count(shelf), "how many conflicts there are");
    return found;
}

std::uint64_t MirroredRecords::sequence() const {
    agree(file_->sequence() == model_.sequence(), "sequence");
    return file_->sequence();
}

std::optional<core::Bytes> MirroredRecords::state(std::string_view key) {
    auto value = file_->state(key);
    agree(value == model_.state(key), "a named value");
    return value;
}

std::optional<Difference> MirroredRecords::difference(const RecordId& id) {
    auto difference = file_->difference(id);
    agree(difference == model_.difference(id), "a difference");
    return difference;
}

void MirroredRecords::each_difference(const std::function<bool(const Difference&)>& visit) {
    agree(differences_of(*file_) == differences_of(model_), "differences");
    file_->each_difference(visit);
}

std::size_t MirroredRecords::unsent_count() {
    const std::size_t unsent = file_->unsent_count();
    agree(unsent == model_.unsent_count(), "how much is unsent");
    return unsent;
}

std::vector<RecordId> MirroredRecords::parents_of_removed() {
    auto parents = file_->parents_of_removed();
    agree(parents == model_.parents_of_removed(), "whose parts were removed");
    return parents;
}

std::vector<RecordId> MirroredRecords::unreadable() {
    auto ids = file_->unreadable();
    agree(ids == model_.unreadable(), "what cannot be read");
    return ids;
}

std::vector<core::RecordBlob> MirroredRecords::removed_parts(const RecordId& parent) {
    auto parts = file_->removed_parts(parent);
    agree(same(parts, model_.removed_parts(parent)), "what was removed");
    return parts;
}

std::optional<core::Leaf> MirroredRecords::leaf(const RecordId& id) {
    auto leaf = file_->leaf(id);
    agree(leaf == model_.leaf(id), "a leaf");
    return leaf;
}

std::vector<core::Leaf> MirroredRecords::bucket(std::uint32_t bucket) {
    auto leaves = file_->bucket(bucket);
    agree(leaves == model_.bucket(bucket), "a bucket");
    return leaves;
}

core::Hash MirroredRecords::node(std::uint32_t node) {
    const core::Hash hash = file_->node(node);
    agree(hash == model_.node(node), "a node");
    return hash;
}

std::uint64_t MirroredRecords::record_count() {
    const std::uint64_t records = file_->record_count();
    agree(records == model_.record_count(), "how many records there are");
    return records;
}

}  // namespace sparekey::tests
