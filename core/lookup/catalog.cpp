#include "core/lookup/catalog.h"

#include "core/lookup/packed_row.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace sparekey::core {
namespace {

constexpr std::size_t kAstrayAllowed = 1024;

/// A text's first bytes as numbers that are ordered as the texts are: most comparisons of a sort
/// end here, without looking for the texts in memory.
std::array<std::uint64_t, 2> beginning(std::string_view text) {
    std::array<std::uint64_t, 2> numbers{};
    for (std::size_t i = 0; i < 16 && i < text.size(); ++i) {
        const std::uint64_t byte = static_cast<unsigned char>(text[i]);
        numbers[i / 8] |= byte << (56 - 8 * (i % 8));
    }
    return numbers;
}

template <class T>
std::vector<T> in_order(const std::vector<T>& parts, const std::vector<std::uint32_t>& order) {
    std::vector<T> ordered;
    ordered.reserve(order.size());
    for (const std::uint32_t slot : order) ordered.push_back(parts[slot]);
    return ordered;
}

}  // namespace

void Catalog::append(const IndexRow& row) {
    order_.push_back(add(row));
}

void Catalog::settle() {
    lay_out();
}

void Catalog::put(const IndexRow& row) {
    remove(row.id);
    const Slot slot = add(row);
    const auto precedes = [this](Slot left, Slot right) { return before(left, right); };
    order_.insert(std::upper_bound(order_.begin(), order_.end(), slot, precedes), slot);
    by_id_.insert(place_by_id(row.id), slot);
    if (++astray_ > kAstrayAllowed + entries_.size() / 8) lay_out();
}

void Catalog::remove(const RecordId& id) {
    const auto place = place_by_id(id);
    if (place == by_id_.end() || ids_[*place] != id) return;
    const auto precedes = [this](Slot left, Slot right) { return before(left, right); };
    order_.erase(std::lower_bound(order_.begin(), order_.end(), *place, precedes));
    by_id_.erase(place);
    ++astray_;
}

const Catalog::Entry* Catalog::find(const RecordId& id) const {
    const auto place = const_cast<Catalog*>(this)->place_by_id(id);
    if (place == by_id_.end() || ids_[*place] != id) return nullptr;
    return &entries_[*place];
}

IndexRow Catalog::row(const Entry& entry) const {
    const std::size_t slot = slot_of(entry);
    return unpack_row(std::string_view(rows_).substr(row_places_[slot]), ids_[slot]);
}

Catalog::Slot Catalog::add(const IndexRow& row) {
    const Summary& summary = row.summary;
    Entry entry;
    entry.trashed = summary.deleted;
    Pairs pairs;
    entry.texts = static_cast<std::uint32_t>(texts_.size());
    const auto add_one = [&](const std::string& folded) {
        texts_.push_back(add_text(folded));
        entry.letters |= texts_.back().letters;
        pairs.add(Pairs::of(folded));
    };
    add_one(fold(summary.title));
    add_one(fold(summary.username));
    for (const std::string& url : summary.urls) {
        const std::string host = fold(url_host(url));
        if (host.empty()) continue;
        add_one(host);
        ++entry.hosts;
    }
    for (const std::string& tag : summary.tags) add_one(fold(tag));
    entry.tags = static_cast<std::uint32_t>(summary.tags.size());
    entries_.push_back(entry);
    ids_.push_back(row.id);
    pairs_.push_back(pairs);
    row_places_.push_back(rows_.size());
    pack_row(rows_, row);
    return static_cast<Slot>(entries_.size() - 1);
}

Catalog::Text Catalog::add_text(std::string_view folded) {
    constexpr std::size_t kLongest = (std::size_t{1} << 24) - 1;  // an item's texts have 192 KiB
    folded = folded.substr(0, kLongest);
    Text text;
    text.letters = letters_of(folded);
    text.at = folded_.size() & ((std::uint64_t{1} << 40) - 1);
    text.size = folded.size() & kLongest;
    folded_ += folded;
    return text;
}

bool Catalog::before(Slot left, Slot right) const {
    const Entry& a = entries_[left];
    const Entry& b = entries_[right];
    for (std::uint32_t i = 0; i < 2; ++i) {
        const int compared = folded(texts_[a.texts + i]).compare(folded(texts_[b.texts + i]));
        if (compared != 0) return compared < 0;
    }
    return ids_[left] < ids_[right];
}

std::vector<Catalog::Slot>::iterator Catalog::place_by_id(const RecordId& id) {
    return std::lower_bound(
        by_id_.begin(), by_id_.end(), id,
        [this](Slot slot, const RecordId& wanted) { return ids_[slot] < wanted; });
}

void Catalog::sort_order() {
    std::vector<std::pair<std::array<std::uint64_t, 2>, Slot>> keyed;
    keyed.reserve(order_.size());
    for (const Slot slot : order_) {
        keyed.emplace_back(beginning(folded(texts_[entries_[slot].texts])), slot);
    }
    std::sort(keyed.begin(), keyed.end(), [this](const auto& left, const auto& right) {
        if (left.first != right.first) return left.first < right.first;
        return before(left.second, right.second);
    });
    for (std::size_t place = 0; place < keyed.size(); ++place) order_[place] = keyed[place].second;
}

/// Everything anew in the order of the entries, one part after the other, so that no more than one
/// of them is there twice.
void Catalog::lay_out() {
    sort_order();
    std::string bytes;
    bytes.reserve(rows_.size());
    for (const Slot slot : order_) {
        const std::string_view rest = std::string_view(rows_).substr(row_places_[slot]);
        row_places_[slot] = bytes.size();
        bytes += rest.substr(0, packed_size(rest));
    }
    rows_ = std::exchange(bytes, {});
    bytes.reserve(folded_.size());
    std::vector<Text> texts;
    texts.reserve(texts_.size());
    for (const Slot slot : order_) {
        Entry& entry = entries_[slot];
        const auto first = static_cast<std::uint32_t>(texts.size());
        for (Text text : this->texts(entry)) {
            const std::string_view held = folded(text);
            text.at = bytes.size() & ((std::uint64_t{1} << 40) - 1);
            bytes += held;
            texts.push_back(text);
        }
        entry.texts = first;
    }
    folded_ = std::move(bytes);
    texts_ = std::move(texts);
    entries_ = in_order(entries_, order_);
    ids_ = in_order(ids_, order_);
    pairs_ = in_order(pairs_, order_);
    row_places_ = in_order(row_places_, order_);
    std::iota(order_.begin(), order_.end(), Slot{0});
    std::vector<std::pair<RecordId, Slot>> ids;
    ids.reserve(entries_.size());
    for (const Slot slot : order_) ids.emplace_back(ids_[slot], slot);
    std::sort(ids.begin(), ids.end());
    by_id_.clear();
    for (const auto& [id, slot] : ids) by_id_.push_back(slot);
    astray_ = 0;
}

}  // namespace sparekey::core
