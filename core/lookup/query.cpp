#include "core/lookup/query.h"

#include "core/lookup/ranking.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace sparekey::core {
namespace {

constexpr std::size_t kMostCandidates = 20;
constexpr std::size_t kMostCounted = 1000;  // of matches too many to be listed
constexpr std::size_t kNearest = 3;
constexpr std::size_t kAskedNearest = 16;  // some may have one name

constexpr std::array kRanks = {
    Match::title_equals,    Match::title_and_username_equal,
    Match::title_prefix,    Match::username_prefix,
    Match::host_prefix,     Match::tag_prefix,
    Match::title_substring, Match::username_substring,
    Match::host_substring,  Match::tag_substring,
};
static_assert(kRanks.size() == kMatches);

/// "several", "47", "more than 1000"
std::string how_many(std::size_t rows) {
    if (rows <= kMostCandidates) return "several";
    return rows > kMostCounted ? "more than " + std::to_string(kMostCounted) : std::to_string(rows);
}

/// `rows` are the first ones, `count` is how many there are.
Unexpected ambiguous(std::string_view query, std::size_t count, const std::vector<IndexRow>& rows) {
    Error error{ErrorCode::ambiguous,
                how_many(count) + " items match \"" + std::string(query) + "\"",
                "name one by its id, or by title/username",
                {}};
    for (const IndexRow& row : rows) {
        if (error.candidates.size() == kMostCandidates) break;
        error.candidates.push_back({row.id.text(), row.summary.title, row.summary.username});
    }
    return unexpected(std::move(error));
}

Unexpected no_match(std::string_view query, std::string hint) {
    return unexpected(ErrorCode::not_found, "no item matches \"" + std::string(query) + "\"",
                      std::move(hint));
}

/// As they are written; with its user name where the same title comes twice.
std::string nearest_titles(const Catalog& catalog, std::string_view folded, Shelf shelf) {
    std::vector<IndexRow> rows;
    for (const Place place : rank_by_distance(catalog, folded, shelf, kAskedNearest)) {
        rows.push_back(catalog.row(catalog.entry(place)));
    }
    std::vector<std::string> names;
    for (const IndexRow& row : rows) {
        const std::string& title = row.summary.title;
        const auto same = std::count_if(rows.begin(), rows.end(), [&](const IndexRow& other) {
            return other.summary.title == title && other.summary.username != row.summary.username;
        });
        std::string name = same > 0 ? title + "/" + row.summary.username : title;
        if (names.size() == kNearest) break;
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "nearest: " : ", ") + name;
    return text;
}

/// `places` are matches equally good.
Result<RecordId> only_one(const Catalog& catalog, std::string_view query,
                          std::span<const Place> places) {
    if (places.size() == 1) return catalog.id(catalog.entry(places.front()));
    std::vector<IndexRow> rows;
    for (std::size_t i = 0; i < places.size() && i < kMostCandidates; ++i) {
        rows.push_back(catalog.row(catalog.entry(places[i])));
    }
    return ambiguous(query, places.size(), rows);
}

/// What a row has to be beside a match.
class Condition {
  public:
    explicit Condition(const Filter& filter)
        : tag_(fold(filter.tag)), type_(filter.type), url_(fold(filter.url)) {}

    bool is_none() const { return tag_.empty() && type_.empty() && url_.empty(); }
    bool holds(const IndexRow& row) const {
        const Summary& summary = row.summary;
        if (!type_.empty() && type_name(summary.type) != type_) return false;
        if (!tag_.empty() &&
            !any(summary.tags, [&](const std::string& tag) { return fold(tag) == tag_; })) {
            return false;
        }
        return url_.empty() || any(summary.urls, [&](const std::string& url) {
                   return fold(url).find(url_) != std::string::npos;
               });
    }

  private:
    template <class Test>
    static bool any(const std::vector<std::string>& texts, Test test) {
        return std::any_of(texts.begin(), texts.end(), test);
    }

    std::string tag_;
    std::string type_;
    std::string url_;
};

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
            if (!rows.empty()) return ambiguous(query, rows.size(), rows);
        }
    }
    return no_match(query, {});
}

Result<RecordId> resolve_query(const Catalog& catalog, std::string_view query, Shelf shelf) {
    if (const auto id = RecordId::parse(query); id && catalog.find(*id) != nullptr) return *id;
    const std::string folded = fold(query);
    if (folded.empty()) return no_match(query, nearest_titles(catalog, folded, shelf));
    const std::vector<Place> titled = entitled(catalog, folded, shelf, kMostCounted + 1);
    if (!titled.empty()) return only_one(catalog, query, titled);
    for (const auto& places : rank(catalog, folded, shelf, kMostCounted + 1, {})) {
        if (!places.empty()) return only_one(catalog, query, places);
    }
    return no_match(query, nearest_titles(catalog, folded, shelf));
}

std::vector<IndexRow> find(const Catalog& catalog, const Filter& filter) {
    const std::string folded = fold(filter.query);
    const std::size_t limit = filter.limit == 0 ? static_cast<std::size_t>(-1) : filter.limit;
    const Condition condition(filter);
    Wanted wanted;
    if (!condition.is_none()) {
        wanted = [&](const Catalog::Entry& entry) { return condition.holds(catalog.row(entry)); };
    }
    std::vector<IndexRow> rows;
    const Catalog::Entry* named = nullptr;
    if (const auto id = RecordId::parse(filter.query)) named = catalog.find(*id);
    if (named != nullptr && (!lies_on(*named, filter.shelf) || (wanted && !wanted(*named)))) {
        named = nullptr;
    }
    if (named != nullptr) rows.push_back(catalog.row(*named));
    const auto take = [&](std::span<const Place> places) {
        for (const Place place : places) {
            const Catalog::Entry& entry = catalog.entry(place);
            if (rows.size() < limit && &entry != named) rows.push_back(catalog.row(entry));
        }
    };
    if (folded.empty()) {
        take(first_of_all(catalog, filter.shelf, limit, wanted));
        return rows;
    }
    for (const auto& places : rank(catalog, folded, filter.shelf, limit, wanted)) take(places);
    if (rows.empty()) take(rank_fuzzily(catalog, folded, filter.shelf, limit, wanted));
    return rows;
}

}  // namespace sparekey::core
