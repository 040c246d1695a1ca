#include "tests/simulation/memory_records.h"

#include "core/crypto/hash.h"

#include <cstdlib>

namespace sparekey::tests {

using core::Difference;
using core::RecordId;

class MemoryRecords::Writing final : public core::SyncTransaction {
  public:
    explicit Writing(MemoryRecords& store) : store_(store), disk_(store.disk) {
        store_.writing_ = &disk_;
    }
    ~Writing() override { store_.writing_ = nullptr; }

    void put(const core::Record& record, const core::IndexRow* index) override {
        remember(record.id);
        write(record, index);
    }
    void remove(const RecordId& id) override {
        if (disk_.records.count(id) == 0) return;
        remember(id);
        const auto difference = disk_.differences.find(id);
        if (difference != disk_.differences.end()) {
            if (!difference->second.account) disk_.differences.erase(difference);
            disk_.removed.insert_or_assign(id, disk_.records.at(id).record);
        }
        disk_.records.erase(id);
    }
    void put_place(const RecordId& id, core::ByteView place) override {
        const auto at = disk_.records.find(id);
        if (at != disk_.records.end()) at->second.record.place.assign(place.begin(), place.end());
    }
    void commit() override {
        if (crashes_now()) end();
        ++disk_.sequence;
        store_.writing_ = nullptr;
        std::swap(store_.disk, disk_);
        if (crashes_now()) end();
    }
    void put_from_account(const core::Record& record, const core::IndexRow* index) override {
        write(record, index);
        clear_difference(record.id);
    }
    void remove_from_account(const RecordId& id) override {
        disk_.records.erase(id);
        clear_difference(id);
    }
    void set_difference(const Difference& difference) override {
        disk_.differences.insert_or_assign(difference.id, difference);
    }
    void clear_difference(const RecordId& id) override {
        disk_.differences.erase(id);
        disk_.removed.erase(id);
    }
    void differ_in_all() override {
        for (const auto& [id, kept] : disk_.records) {
            disk_.differences.insert_or_assign(id, Difference{id, std::nullopt, true});
        }
    }
    void differ_in_nothing() override {
        disk_.differences.clear();
        disk_.removed.clear();
    }
    void forget_removed() override {
        std::erase_if(disk_.removed,
                      [&](const auto& one) { return disk_.differences.count(one.first) == 0; });
    }
    void put_state(std::string_view key, core::ByteView value) override {
        disk_.state.insert_or_assign(std::string(key), core::Bytes(value.begin(), value.end()));
    }
    void remove_state(std::string_view key) override {
        const auto at = disk_.state.find(key);
        if (at != disk_.state.end()) disk_.state.erase(at);
    }

  private:
    bool crashes_now() { return store_.crash_in && (*store_.crash_in)-- == 0; }

    [[noreturn]] void end() {
        store_.crash_in.reset();
        throw Crash{};
    }

    void remember(const RecordId& id) {
        if (store_.disk.state.count("account") == 0) return;
        disk_.removed.erase(id);
        const auto known = disk_.differences.find(id);
        if (known != disk_.differences.end()) {
            known->second.unsent = true;
            return;
        }
        Difference difference{id, std::nullopt, true};
        const auto present = disk_.records.find(id);
        if (present != disk_.records.end()) {
            difference.account = {present->second.record.version, present->second.hash};
        }
        disk_.differences.emplace(id, difference);
    }

    void write(const core::Record& record, const core::IndexRow* index) {
        Kept kept{record, core::sha256(record.blob), std::nullopt};
        if (index != nullptr) kept.row = *index;
        // Type, parent and place stay as they were first.
        const auto present = disk_.records.find(record.id);
        if (present != disk_.records.end()) {
            kept.record.type = present->second.record.type;
            kept.record.parent = present->second.record.parent;
            kept.record.place = present->second.record.place;
        }
        disk_.records.insert_or_assign(record.id, std::move(kept));
    }

    MemoryRecords& store_;
    Disk disk_;
};

core::Result<core::Record> MemoryRecords::load(const RecordId& id) {
    const auto at = seen().records.find(id);
    if (at == seen().records.end()) {
        return core::unexpected(core::ErrorCode::not_found, "no such record");
    }
    if (damaged.count(id) != 0) {
        return core::unexpected(core::ErrorCode::integrity, "the record is damaged");
    }
    return at->second.record;
}

bool MemoryRecords::contains(const RecordId& id) {
    return seen().records.count(id) != 0;
}

std::vector<core::Child> MemoryRecords::children(const RecordId& parent, core::RecordType type) {
    std::map<std::pair<core::Bytes, RecordId>, core::Child> sorted;
    for (const auto& [id, kept] : seen().records) {
        if (kept.record.parent == parent && kept.record.type == type) {
            sorted.emplace(std::pair(kept.record.place, id), core::Child{id, kept.record.place});
        }
    }
    std::vector<core::Child> found;
    for (auto& [place, child] : sorted) found.push_back(std::move(child));
    return found;
}

std::unique_ptr<core::RecordTransaction> MemoryRecords::begin() {
    return std::make_unique<Writing>(*this);
}

std::unique_ptr<core::SyncTransaction> MemoryRecords::begin_sync() {
    return std::make_unique<Writing>(*this);
}

/// Nothing here is searched.
std::vector<core::IndexRow> MemoryRecords::lookup(core::Match, std::string_view, core::Shelf,
                                                  std::size_t) {
    std::abort();
}

std::optional<core::IndexRow> MemoryRecords::index_row(const RecordId& id) {
    const auto at = seen().records.find(id);
    return at == seen().records.end() ? std::nullopt : at->second.row;
}

void MemoryRecords::each_index_row(core::Shelf shelf,
                                   const std::function<bool(const core::IndexRow&)>& visit) {
    for (const auto& [id, kept] : seen().records) {
        if (!kept.row) continue;
        const bool trashed = kept.row->summary.deleted;
        if (shelf != core::Shelf::both && trashed != (shelf == core::Shelf::trash)) continue;
        if (!visit(*kept.row)) return;
    }
}

void MemoryRecords::each_conflicting_row(const std::function<void(const core::IndexRow&)>& visit) {
    each_index_row(core::Shelf::both, [&](const core::IndexRow& row) {
        if (row.summary.conflicts > 0) visit(row);
        return true;
    });
}

std::size_t MemoryRecords::count(core::Shelf shelf) {
    std::size_t found = 0;
    each_index_row(shelf, [&](const core::IndexRow&) { return ++found, true; });
    return found;
}

std::size_t MemoryRecords::conflict_count(core::Shelf shelf) {
    std::size_t found = 0;
    each_index_row(shelf, [&](const core::IndexRow& row) {
        found += row.summary.conflicts;
        return true;
    });
    return found;
}

std::optional<core::Bytes> MemoryRecords::state(std::string_view key) {
    const auto at = seen().state.find(key);
    return at == seen().state.end() ? std::nullopt : std::optional(at->second);
}

std::optional<Difference> MemoryRecords::difference(const RecordId& id) {
    const auto at = seen().differences.find(id);
    return at == seen().differences.end() ? std::nullopt : std::optional(at->second);
}

void MemoryRecords::each_difference(const std::function<bool(const Difference&)>& visit) {
    for (const auto& [id, difference] : seen().differences) {
        if (!visit(difference)) return;
    }
}

std::size_t MemoryRecords::unsent_count() {
    std::size_t unsent = 0;
    for (const auto& [id, difference] : seen().differences) unsent += difference.unsent ? 1 : 0;
    return unsent;
}

std::vector<RecordId> MemoryRecords::parents_of_removed() {
    std::set<RecordId> parents;
    for (const auto& [id, record] : seen().removed) {
        if (record.parent) parents.insert(*record.parent);
    }
    return {parents.begin(), parents.end()};
}

std::vector<RecordId> MemoryRecords::unreadable() {
    std::vector<RecordId> ids;
    for (const auto& [id, kept] : seen().records) {
        if (kept.record.type == core::RecordType::unreadable) ids.push_back(id);
    }
    return ids;
}

std::vector<core::RecordBlob> MemoryRecords::removed_parts(const RecordId& parent) {
    std::vector<core::RecordBlob> parts;
    for (const auto& [id, record] : seen().removed) {
        if (record.parent == parent) parts.push_back({id, record.version, record.blob});
    }
    return parts;
}

std::optional<core::Leaf> MemoryRecords::leaf(const RecordId& id) {
    const auto at = seen().records.find(id);
    if (at == seen().records.end()) return std::nullopt;
    return core::Leaf{id, at->second.record.version, at->second.hash};
}

std::map<RecordId, MemoryRecords::Kept>::const_iterator MemoryRecords::first_of(
    std::uint32_t bucket) const {
    if (bucket == core::kBuckets) return seen().records.end();
    RecordId lowest;
    lowest.bytes[0] = static_cast<std::uint8_t>(bucket >> 4);
    lowest.bytes[1] = static_cast<std::uint8_t>(bucket << 4);
    return seen().records.lower_bound(lowest);
}

std::vector<core::Leaf> MemoryRecords::bucket(std::uint32_t bucket) {
    std::vector<core::Leaf> leaves;
    for (auto at = first_of(bucket); at != first_of(bucket + 1); ++at) {
        leaves.push_back({at->first, at->second.record.version, at->second.hash});
    }
    return leaves;
}

core::Hash MemoryRecords::node(std::uint32_t node) {
    std::uint32_t first = node;
    std::uint32_t last = node;
    while (first < core::kBuckets) {
        first *= 2;
        last = 2 * last + 1;
    }
    if (first_of(first - core::kBuckets) == first_of(last + 1 - core::kBuckets)) {
        return core::empty_node(node);
    }
    if (node >= core::kBuckets) return core::bucket_hash(bucket(node - core::kBuckets));
    return core::node_hash(this->node(2 * node), this->node(2 * node + 1));
}

}  // namespace sparekey::tests
