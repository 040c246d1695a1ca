// The search index: entries and their trigrams, written with each item and asked by Match.
#pragma once

#include "core/ports/record_store.h"
#include "storage/store/shelf_counts.h"

namespace sparekey::storage {

/// What the index keeps of a row beside the texts themselves: sets as one text each, and all of
/// them folded.
struct IndexTexts {
    explicit IndexTexts(const core::IndexRow& row);
    std::size_t bytes() const;

    std::string urls;
    std::string tags;
    std::string folded_title;
    std::string folded_username;
    std::string folded_hosts;
    std::string folded_tags;
};

class SearchIndex {
  public:
    explicit SearchIndex(Database& database);

    /// Between the two, in one transaction, trigrams gather in memory instead of being merged again
    /// and again. The index on disk has the same settings afterwards as before.
    void begin_bulk();
    void end_bulk();
    /// `seq` is the item's row in `records`.
    void put(std::int64_t seq, const core::IndexRow& row, const IndexTexts& texts);
    void remove(std::int64_t seq);
    std::vector<core::IndexRow> lookup(core::Match match, std::string_view folded,
                                       core::Shelf shelf, std::size_t limit);
    std::optional<core::IndexRow> row(std::int64_t seq);
    void each(core::Shelf shelf, const std::function<bool(const core::IndexRow&)>& visit);
    /// The next `count` rows by place; the last one's place, if there was one.
    std::optional<std::int64_t> each_after(
        std::int64_t seq, std::size_t count,
        const std::function<void(std::int64_t seq, const core::IndexRow& row)>& visit);
    /// By place; those with conflicts.
    void each_conflicting(const std::function<void(const core::IndexRow&)>& visit);
    ShelfCounts& counts() {
        database_.use();
        return counts_;
    }
    /// The trigrams and the counts are those of the entries; throws CorruptDatabase.
    void check();

  private:
    void set_option(std::string_view name, std::int64_t value);
    std::vector<core::IndexRow> rows(Statement& statement, std::size_t limit);

    Database& database_;
    Statement put_entry_;
    Statement put_trigrams_;
    Statement remove_entry_;
    Statement remove_trigrams_;
    ShelfCounts counts_;
};

}  // namespace sparekey::storage
