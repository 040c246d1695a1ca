// The catalog's answers against a plain reading of the rules (INTERFACE, QUERY and `find`), on
// random vaults that change.
#include "core/lookup/fuzzy.h"
#include "core/lookup/query.h"
#include "core/text/unicode.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>

namespace sparekey::core {
namespace {

using Rows = std::map<RecordId, IndexRow>;

std::string word(tests::SeededRandom& random) {
    static const std::vector<std::string> words = {
        "a", "ab",   "ba",   "B",      "aab",  "Ä", "ß",         "ss",  "a/b",
        "/", "mail", "Mail", "e-mail", "日本", "é", "e\xcc\x81", "x y", "b/a"};
    return words[random.below(words.size())];
}

IndexRow random_row(tests::SeededRandom& random) {
    IndexRow row;
    row.id = RecordId::random(random);
    row.revision = 1 + random.below(1000);
    row.summary.type = random.coin() ? ItemType::login : ItemType::note;
    row.summary.title = word(random) + (random.coin() ? word(random) : "");
    if (random.coin()) row.summary.username = word(random);
    while (random.below(3) > 0) row.summary.urls.push_back("https://" + word(random) + ".example/");
    if (random.below(5) == 0) row.summary.urls.push_back("mailto:x");
    while (random.below(3) == 0) row.summary.tags.push_back(word(random));
    row.summary.deleted = random.below(5) == 0;
    row.summary.favorite = random.coin();
    row.summary.created_ms = random.below(1'000'000'000);
    row.summary.modified_ms = random.below(1'000'000'000);
    row.summary.conflicts = random.below(3);
    return row;
}

/// One of the texts that people search by, with what it is.
struct Place {
    std::size_t kind;
    std::string text;
};

std::vector<Place> places(const Summary& summary) {
    std::vector<Place> all = {{0, fold(summary.title)}, {1, fold(summary.username)}};
    for (const std::string& url : summary.urls) all.push_back({2, fold(url_host(url))});
    for (const std::string& tag : summary.tags) all.push_back({3, fold(tag)});
    return all;
}

/// 0 is best; kMatches is none.
std::size_t plain_rank(const Summary& summary, const std::string& query) {
    std::size_t best = kMatches;
    const auto offer = [&](std::size_t rank) { best = std::min(best, rank); };
    if (fold(summary.title) == query) offer(0);
    if (fold(summary.title) + "/" + fold(summary.username) == query) offer(1);
    for (const Place& place : places(summary)) {
        const auto at = place.text.find(query);
        if (at == 0) offer(2 + place.kind);
        if (at != std::string::npos) offer(6 + place.kind);
    }
    return best;
}

std::optional<std::uint32_t> plain_cost(const Summary& summary, const std::string& query) {
    std::optional<std::uint32_t> best;
    for (const Place& place : places(summary)) {
        const auto cost = FuzzyQuery(query).cost(place.text, letters_of(place.text));
        if (cost && (!best || *cost < *best)) best = cost;
    }
    return best;
}

bool lies_there(const Summary& summary, Shelf shelf) {
    return shelf == Shelf::both || summary.deleted == (shelf == Shelf::trash);
}

bool passes(const Summary& summary, const Filter& filter) {
    const auto has = [&](const std::vector<std::string>& texts, auto test) {
        return std::any_of(texts.begin(), texts.end(), test);
    };
    if (!lies_there(summary, filter.shelf)) return false;
    if (!filter.type.empty() && filter.type != type_name(summary.type)) return false;
    if (!filter.tag.empty() &&
        !has(summary.tags, [&](const std::string& tag) { return fold(tag) == fold(filter.tag); })) {
        return false;
    }
    return filter.url.empty() || has(summary.urls, [&](const std::string& url) {
               return fold(url).find(fold(filter.url)) != std::string::npos;
           });
}

std::vector<RecordId> plain_find(const Rows& rows, const Filter& filter) {
    const std::string query = fold(filter.query);
    using Key = std::tuple<std::size_t, std::string, std::string, RecordId>;
    std::vector<Key> found;
    const auto collect = [&](auto rank_of) {
        for (const auto& [id, row] : rows) {
            const std::optional<std::size_t> rank = rank_of(row.summary);
            if (!rank || !passes(row.summary, filter)) continue;
            found.emplace_back(*rank, fold(row.summary.title), fold(row.summary.username), id);
        }
        std::sort(found.begin(), found.end());
    };
    collect([&](const Summary& summary) -> std::optional<std::size_t> {
        if (query.empty()) return 0;
        const std::size_t rank = plain_rank(summary, query);
        return rank < kMatches ? std::optional(rank) : std::nullopt;
    });
    if (found.empty()) {
        collect([&](const Summary& summary) -> std::optional<std::size_t> {
            return plain_cost(summary, query);
        });
    }
    std::vector<RecordId> ids;
    for (const Key& key : found) ids.push_back(std::get<3>(key));
    if (filter.limit > 0 && ids.size() > filter.limit) ids.resize(filter.limit);
    return ids;
}

bool same(const IndexRow& left, const IndexRow& right) {
    const Summary& a = left.summary;
    const Summary& b = right.summary;
    return left.id == right.id && left.revision == right.revision && a.type == b.type &&
           a.title == b.title && a.username == b.username && a.urls == b.urls && a.tags == b.tags &&
           a.favorite == b.favorite && a.deleted == b.deleted && a.created_ms == b.created_ms &&
           a.modified_ms == b.modified_ms && a.conflicts == b.conflicts;
}

void check_answers(const Catalog& catalog, const Rows& rows, const Filter& filter) {
    INFO("query \"" << filter.query << "\" limit " << filter.limit << " of " << rows.size());
    const std::vector<IndexRow> found = find(catalog, filter);
    std::vector<RecordId> ids;
    for (const IndexRow& row : found) {
        ids.push_back(row.id);
        REQUIRE(same(row, rows.at(row.id)));
    }
    REQUIRE((ids == plain_find(rows, filter)));
}

}  // namespace

TEST_CASE("a catalog that follows changes finds what the rules say", "[core][lookup][property]") {
    tests::SeededRandom random;
    for (std::size_t round = 0; round < tests::count(200); ++round) {
        Rows rows;
        Catalog catalog;
        for (std::size_t i = random.below(40); i > 0; --i) {
            const IndexRow row = random_row(random);
            rows[row.id] = row;
            catalog.append(row);
        }
        catalog.settle();
        for (std::size_t step = 0; step < 20; ++step) {
            IndexRow row = random_row(random);
            if (!rows.empty() && random.coin()) {
                row.id =
                    std::next(rows.begin(), static_cast<std::ptrdiff_t>(random.below(rows.size())))
                        ->first;
            }
            if (random.below(3) == 0) {
                rows.erase(row.id);
                catalog.remove(row.id);
            } else {
                rows[row.id] = row;
                catalog.put(row);
            }
            Filter filter;
            if (random.below(8) > 0)
                filter.query = word(random) + (random.coin() ? word(random) : "");
            if (random.below(6) == 0) filter.tag = word(random);
            if (random.below(6) == 0) filter.type = "note";
            if (random.below(6) == 0) filter.url = word(random);
            filter.shelf = random.coin() ? Shelf::live : random.coin() ? Shelf::trash : Shelf::both;
            filter.limit = random.coin() ? 0 : 1 + random.below(6);
            check_answers(catalog, rows, filter);
        }
        REQUIRE(catalog.size() == rows.size());
    }
}

TEST_CASE("a catalog with thousands of changes is laid out anew and stays right",
          "[core][lookup]") {
    tests::SeededRandom random;
    Rows rows;
    Catalog catalog;
    catalog.settle();
    for (std::size_t i = 0; i < 3000; ++i) {
        IndexRow row = random_row(random);
        if (rows.size() > 50)
            row.id = std::next(rows.begin(), static_cast<std::ptrdiff_t>(random.below(50)))->first;
        rows[row.id] = row;
        catalog.put(row);
    }
    for (const char* query : {"", "a", "mail", "ml", "日"}) {
        Filter filter;
        filter.query = query;
        check_answers(catalog, rows, filter);
    }
}

TEST_CASE("an item's own id finds it first, on its shelf", "[core][lookup]") {
    tests::SeededRandom random;
    Catalog catalog;
    IndexRow row = random_row(random);
    row.summary.deleted = false;
    catalog.append(row);
    catalog.settle();
    Filter filter;
    filter.query = row.id.text();
    REQUIRE(find(catalog, filter).size() == 1);
    filter.shelf = Shelf::trash;
    CHECK(find(catalog, filter).empty());
    CHECK(resolve_query(catalog, row.id.text(), Shelf::trash).value() == row.id);
}

TEST_CASE("a miss names the nearest titles as they are written", "[core][lookup]") {
    tests::SeededRandom random;
    Catalog catalog;
    for (const char* title : {"GitHub", "GitLab", "Bitbucket", "Mail", "A bank"}) {
        IndexRow row;
        row.id = RecordId::random(random);
        row.summary.title = title;
        catalog.append(row);
    }
    catalog.settle();
    const auto missed = resolve_query(catalog, "gihtub", Shelf::live);
    REQUIRE_FALSE(missed);
    CHECK(missed.error().code == ErrorCode::not_found);
    CHECK(missed.error().hint.starts_with("nearest: GitHub, GitLab, "));
    CHECK(resolve_query(Catalog(), "x", Shelf::live).error().hint.empty());
}

TEST_CASE("the nearest items have names that differ", "[core][lookup]") {
    tests::SeededRandom random;
    Catalog catalog;
    for (const char* user : {"alice", "bob", "bob", "bob"}) {
        IndexRow row;
        row.id = RecordId::random(random);
        row.summary.title = "GitHub";
        row.summary.username = user;
        catalog.append(row);
    }
    catalog.settle();
    CHECK(resolve_query(catalog, "gihtub", Shelf::live).error().hint ==
          "nearest: GitHub/alice, GitHub/bob");
}

}  // namespace sparekey::core
