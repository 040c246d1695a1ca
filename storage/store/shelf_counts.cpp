#include "storage/store/shelf_counts.h"

namespace sparekey::storage {

ShelfCounts::Counts ShelfCounts::read(const char* sql) {
    Counts counts{};
    Statement rows(database_, sql);
    while (rows.step()) {
        counts[rows.integer(0) == 0 ? 0 : 1] = {rows.integer(1), rows.integer(2)};
    }
    return counts;
}

ShelfCounts::Counts& ShelfCounts::held() {
    if (!counts_) counts_ = read("SELECT trashed, items, conflicts FROM shelves");
    return *counts_;
}

void ShelfCounts::add(bool trashed, std::size_t conflicts) {
    Count& count = held()[trashed ? 1 : 0];
    ++count.items;
    count.conflicts += static_cast<std::int64_t>(conflicts);
    changed_ = true;
}

void ShelfCounts::take(bool trashed, std::size_t conflicts) {
    Count& count = held()[trashed ? 1 : 0];
    --count.items;
    count.conflicts -= static_cast<std::int64_t>(conflicts);
    changed_ = true;
}

void ShelfCounts::write() {
    if (!changed_) return;
    Statement put(database_,
                  "INSERT OR REPLACE INTO shelves(trashed, items, conflicts) VALUES(?1, ?2, ?3)");
    const Counts& counts = held();
    for (std::size_t shelf = 0; shelf < counts.size(); ++shelf) {
        put.bind(1, static_cast<std::int64_t>(shelf))
            .bind(2, counts[shelf].items)
            .bind(3, counts[shelf].conflicts)
            .run();
    }
}

void ShelfCounts::forget() {
    counts_.reset();
    changed_ = false;
}

std::size_t ShelfCounts::sum(core::Shelf shelf, std::int64_t Count::*member) {
    const Counts& counts = held();
    std::int64_t sum = 0;
    if (shelf != core::Shelf::trash) sum += counts[0].*member;
    if (shelf != core::Shelf::live) sum += counts[1].*member;
    return static_cast<std::size_t>(sum);
}

std::size_t ShelfCounts::items(core::Shelf shelf) {
    return sum(shelf, &Count::items);
}

std::size_t ShelfCounts::conflicts(core::Shelf shelf) {
    return sum(shelf, &Count::conflicts);
}

void ShelfCounts::check() {
    if (held() != read("SELECT trashed, count(*), sum(conflicts) FROM entries GROUP BY trashed")) {
        throw CorruptDatabase("vault.db: its entries are not as many as it says");
    }
}

}  // namespace sparekey::storage
