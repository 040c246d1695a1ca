// Every item of a vault as a search sees it, packed in memory: its row, and the folded texts that
// people search by. No secrets, no keys.
//
// Kept in the order of `find` (title, then user name, then id), so that a search is one pass over
// memory that ends when it has enough. Some 300 bytes an item. Not for several threads.
#pragma once

#include "core/lookup/letters.h"
#include "core/ports/record_store.h"

#include <span>
#include <string>
#include <vector>

namespace sparekey::core {

class Catalog {
  public:
    /// One text of an item: its title, its user name, a host or a tag, folded.
    struct Text {
        Letters letters = 0;
        std::uint64_t at : 40;
        std::uint64_t size : 24;
    };
    /// What every search looks at, of every item: small, since a search waits for memory. The rest
    /// is asked for.
    struct Entry {
        Letters letters = 0;      // of all its texts
        std::uint32_t texts = 0;  // where they begin: title, user name, hosts, tags
        std::uint32_t hosts = 0;
        std::uint32_t tags = 0;
        bool trashed = false;

        std::uint32_t text_count() const { return 2 + hosts + tags; }
    };

    /// Many rows at once, each of another item: append() them all, then settle().
    void append(const IndexRow& row);
    void settle();

    /// One change to a settled catalog.
    void put(const IndexRow& row);
    void remove(const RecordId& id);

    std::size_t size() const { return order_.size(); }
    /// The one at `place` in the order of `find`.
    const Entry& entry(std::size_t place) const { return entries_[order_[place]]; }
    /// nullptr if there is no such item.
    const Entry* find(const RecordId& id) const;
    /// Valid until the next change.
    std::span<const Text> texts(const Entry& entry) const {
        return std::span(texts_).subspan(entry.texts, entry.text_count());
    }
    std::string_view folded(const Text& text) const {
        return std::string_view(folded_).substr(text.at, text.size);
    }
    const RecordId& id(const Entry& entry) const { return ids_[slot_of(entry)]; }
    const Pairs& pairs(const Entry& entry) const { return pairs_[slot_of(entry)]; }
    IndexRow row(const Entry& entry) const;
    std::string title(const Entry& entry) const { return row(entry).summary.title; }

  private:
    using Slot = std::uint32_t;
    std::size_t slot_of(const Entry& entry) const {
        return static_cast<std::size_t>(&entry - entries_.data());
    }
    Slot add(const IndexRow& row);
    Text add_text(std::string_view folded);
    bool before(Slot left, Slot right) const;
    std::vector<Slot>::iterator place_by_id(const RecordId& id);
    void sort_order();
    void lay_out();

    // By slot.
    std::vector<Entry> entries_;
    std::vector<RecordId> ids_;
    std::vector<Pairs> pairs_;
    std::vector<std::uint64_t> row_places_;  // in rows_
    std::vector<Text> texts_;
    std::string folded_;
    std::string rows_;
    std::vector<Slot> order_;  // of `find`
    std::vector<Slot> by_id_;
    std::size_t astray_ = 0;  // entries that are gone, or lie elsewhere than in order
};

}  // namespace sparekey::core
