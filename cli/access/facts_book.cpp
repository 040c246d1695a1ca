#include "cli/access/facts_book.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using core::Facts;
using core::RecordId;
using core::Result;

/// Loading one costs as much as reading twenty in a row.
constexpr std::size_t kMostLoadedSingly = 256;

}  // namespace

FactsBook::FactsBook(core::Vault& vault, storage::VaultStore& store)
    : vault_(vault), store_(store) {
    read_anew();
}

void FactsBook::read_anew() {
    facts_.clear();
    stale_.clear();
    reader_ = std::make_unique<storage::ItemReader>(store_);
}

Result<bool> FactsBook::read_piece() {
    if (!reader_) return false;
    const auto take = [this](const core::Record& record) -> Result<void> {
        SPAREKEY_TRY(auto facts, vault_.facts(record));
        if (facts) facts_.push_back(*std::move(facts));
        return {};
    };
    auto done = reader_->step([this] { facts_.clear(); }, take);
    if (!done) {
        read_anew();
        return core::unexpected(done.error());
    }
    if (!*done) return true;
    reader_.reset();
    facts_.shrink_to_fit();
    std::sort(facts_.begin(), facts_.end(),
              [](const Facts& left, const Facts& right) { return left.id < right.id; });
    return false;
}

/// A reader notices by itself.
void FactsBook::follow(std::span<const storage::IndexChange> changes) {
    if (reader_) return;
    for (const storage::IndexChange& change : changes) stale_.insert(change.id);
    if (stale_.size() > kMostLoadedSingly) read_anew();
}

std::vector<Facts>::iterator FactsBook::place_of(const RecordId& id) {
    return std::lower_bound(
        facts_.begin(), facts_.end(), id,
        [](const Facts& facts, const RecordId& wanted) { return facts.id < wanted; });
}

void FactsBook::put(Facts facts) {
    const auto place = place_of(facts.id);
    if (place != facts_.end() && place->id == facts.id) {
        *place = std::move(facts);
    } else {
        facts_.insert(place, std::move(facts));
    }
}

void FactsBook::remove(const RecordId& id) {
    const auto place = place_of(id);
    if (place != facts_.end() && place->id == id) facts_.erase(place);
}

Result<void> FactsBook::catch_up() {
    while (!stale_.empty()) {
        const RecordId id = *stale_.begin();
        std::optional<Facts> facts;
        if (store_.contains(id)) {
            SPAREKEY_TRY(facts, vault_.facts(id));
        }
        if (facts) {
            put(*std::move(facts));
        } else {
            remove(id);
        }
        stale_.erase(id);
    }
    return {};
}

Result<std::vector<Facts>> FactsBook::all() {
    for (bool more = true; more;) {
        SPAREKEY_TRY(more, read_piece());
    }
    SPAREKEY_CHECK(catch_up());
    std::vector<const Facts*> oldest_first;
    oldest_first.reserve(facts_.size());
    for (const Facts& facts : facts_) oldest_first.push_back(&facts);
    std::stable_sort(oldest_first.begin(), oldest_first.end(),
                     [](const Facts* left, const Facts* right) {
                         if (left->created_ms != right->created_ms) {
                             return left->created_ms < right->created_ms;
                         }
                         return left->title < right->title;
                     });
    std::vector<Facts> all;
    all.reserve(facts_.size());
    for (const Facts* facts : oldest_first) all.push_back(*facts);
    return all;
}

}  // namespace sparekey::cli
