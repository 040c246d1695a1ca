#include "core/lookup/query.h"

#include "core/lookup/fuzzy.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <set>

namespace sparekey::core {
namespace {

constexpr std::size_t kMostCandidates = 20;
constexpr std::size_t kMostCounted = 1000;  // of matches too many to be listed
constexpr std::size_t kNearest = 3;

constexpr std::array kRanks = {
    Match::title_equals,    Match::title_and_username_equal,
    Match::title_prefix,    Match::username_prefix,
    Match::host_prefix,     Match::tag_prefix,
    Match::title_substring, Match::username_substring,
    Match::host_substring,  Match::tag_substring,
};

constexpr std::array kSubstrings = {Match::title_substring, Match::username_substring,
                                    Match::host_substring, Match::tag_substring};

/// The column that `match` looks in, or one of its elements, begins with the query.
bool begins(Match match, const Summary& summary, std::string_view folded) {
    const auto starts = [&](const std::string& text) { return fold(text).starts_with(folded); };
    switch (match) {
        case Match::title_substring:
            return starts(summary.title);
        case Match::username_substring:
            return starts(summary.username);
        case Match::host_substring:
            return std::any_of(summary.urls.begin(), summary.urls.end(),
                               [&](const std::string& url) { return starts(url_host(url)); });
        default:
            return std::any_of(summary.tags.begin(), summary.tags.end(), starts);
    }
}

/// "several", "47", "more than 1000"
std::string how_many(std::size_t rows) {
    if (rows <= kMostCandidates) return "several";
    return rows > kMostCounted ? "more than " + std::to_string(kMostCounted) : std::to_string(rows);
}

Unexpected ambiguous(std::string_view query, const std::vector<IndexRow>& rows) {
    Error error{ErrorCode::ambiguous,
                how_many(rows.size()) + " items match \"" + std::string(query) + "\"",
                "name one by its id, or by title/username",
                {}};
    for (const IndexRow& row : rows) {
        if (error.candidates.size() == kMostCandidates) break;
        error.candidates.push_back({row.id.text(), row.summary.title, row.summary.username});
    }
    return unexpected(std::move(error));
}

/// The cheapest of the fields that people search by.
std::optional<std::uint32_t> fuzzy_cost_of(std::string_view folded, const Summary& summary) {
    std::optional<std::uint32_t> best;
    const auto consider = [&](const std::string& text) {
        const auto cost = fuzzy_cost(folded, fold(text));
        if (cost && (!best || *cost < *best)) best = cost;
    };
    consider(summary.title);
    consider(summary.username);
    for (const std::string& url : summary.urls) consider(url_host(url));
    for (const std::string& tag : summary.tags) consider(tag);
    return best;
}

std::vector<IndexRow> fuzzy_matches(RecordStore& store, std::string_view folded, Shelf shelf) {
    std::vector<std::pair<std::uint32_t, IndexRow>> ranked;
    store.each_index_row(shelf, [&](const IndexRow& row) {
        if (const auto cost = fuzzy_cost_of(folded, row.summary)) ranked.emplace_back(*cost, row);
        return true;
    });
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    std::vector<IndexRow> rows;
    for (auto& [cost, row] : ranked) rows.push_back(std::move(row));
    return rows;
}

std::string nearest_titles(RecordStore& store, std::string_view folded, Shelf shelf) {
    std::vector<std::pair<std::uint32_t, std::string>> ranked;
    store.each_index_row(shelf, [&](const IndexRow& row) {
        ranked.emplace_back(edit_distance(folded, fold(row.summary.title)), row.summary.title);
        // Only the best few are kept, so that a large vault needs no more memory.
        if (ranked.size() > 64) {
            std::nth_element(ranked.begin(), ranked.begin() + kNearest, ranked.end());
            ranked.resize(kNearest);
        }
        return true;
    });
    std::sort(ranked.begin(), ranked.end());
    std::string text;
    for (std::size_t i = 0; i < ranked.size() && i < kNearest; ++i) {
        text += (i == 0 ? "nearest: " : ", ") + ranked[i].second;
    }
    return text;
}

bool passes(const Filter& filter, const IndexRow& row) {
    const auto contains = [](const std::vector<std::string>& texts, const std::string& wanted) {
        return std::any_of(texts.begin(), texts.end(),
                           [&](const std::string& text) { return fold(text) == wanted; });
    };
    if (!filter.tag.empty() && !contains(row.summary.tags, fold(filter.tag))) return false;
    if (!filter.type.empty() && type_name(row.summary.type) != filter.type) return false;
    if (filter.url.empty()) return true;
    const std::string wanted = fold(filter.url);
    return std::any_of(
        row.summary.urls.begin(), row.summary.urls.end(),
        [&](const std::string& url) { return fold(url).find(wanted) != std::string::npos; });
}

std::vector<IndexRow> everything(RecordStore& store, const Filter& filter) {
    std::vector<IndexRow> rows;
    store.each_index_row(filter.shelf, [&](const IndexRow& row) {
        if (passes(filter, row)) rows.push_back(row);
        return true;
    });
    return rows;
}

}  // namespace

Result<RecordId> resolve_query(RecordStore& store, std::string_view query, Shelf shelf) {
    if (const auto id = RecordId::parse(query)) {
        // An id names its item wherever it lies: who needs it on one shelf looks (find_item()).
        if (store.index_row(*id)) return *id;
    }
    const std::string folded = fold(query);
    if (!folded.empty()) {
        for (const Match match : kRanks) {
            std::vector<IndexRow> rows = store.lookup(match, folded, shelf, kMostCandidates + 1);
            if (rows.size() == 1) return rows.front().id;
            if (rows.size() > kMostCandidates) {
                rows = store.lookup(match, folded, shelf, kMostCounted + 1);
            }
            if (!rows.empty()) return ambiguous(query, rows);
        }
    }
    return unexpected(ErrorCode::not_found, "no item matches \"" + std::string(query) + "\"",
                      nearest_titles(store, folded, shelf));
}

std::vector<IndexRow> find(RecordStore& store, const Filter& filter) {
    const std::string folded = fold(filter.query);
    if (folded.empty()) return everything(store, filter);
    std::vector<IndexRow> rows;
    std::set<RecordId> seen;
    const auto take = [&](const std::vector<IndexRow>& found) {
        for (const IndexRow& row : found) {
            if (seen.insert(row.id).second && passes(filter, row)) rows.push_back(row);
        }
    };
    if (const auto id = RecordId::parse(filter.query)) {
        if (const auto row = store.index_row(*id); row && !row->summary.deleted) take({*row});
    }
    const auto look = [&](Match match) {
        return store.lookup(match, folded, filter.shelf, static_cast<std::size_t>(-1));
    };
    take(look(Match::title_equals));
    take(look(Match::title_and_username_equal));
    // All prefixes before any substring; one query a column finds both.
    std::array<std::vector<IndexRow>, kSubstrings.size()> found;
    for (std::size_t i = 0; i < found.size(); ++i) {
        found[i] = look(kSubstrings[i]);
        std::vector<IndexRow> prefixes;
        for (const IndexRow& row : found[i]) {
            if (begins(kSubstrings[i], row.summary, folded)) prefixes.push_back(row);
        }
        take(prefixes);
    }
    for (const std::vector<IndexRow>& column : found) take(column);
    if (rows.empty()) take(fuzzy_matches(store, folded, filter.shelf));
    return rows;
}

}  // namespace sparekey::core
