// A document read item by item is taken exactly if it is JSON as a whole, with the same items.
#include "cli/formats/json_items.h"

#include "tests/support/seeded_random.h"

#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <string>

namespace sparekey::cli {
namespace {

using Texts = std::optional<std::vector<std::string>>;

/// The items, serialized; nothing if the document is refused or has no list of them.
Texts one_by_one(const std::string& text) {
    auto items = JsonItems::open(text, "items");
    if (!items || !items->has_list()) return std::nullopt;
    std::vector<std::string> texts;
    for (;;) {
        const auto item = items->next();
        if (!item) return std::nullopt;
        if (*item == nullptr) return texts;
        texts.push_back(boost::json::serialize(**item));
    }
}

Texts as_a_whole(const std::string& text) {
    const auto document = JsonDocument::parse(text);
    const auto* const root = document ? document->root().if_object() : nullptr;
    const auto* const list = root == nullptr ? nullptr : member(*root, "items");
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& item : list->get_array()) texts.push_back(boost::json::serialize(item));
    return texts;
}

const std::string kDocument =
    R"( {"a":"]\\\"{", "items" : [ {"x":[1,2,{"y":"],\\"}],"z":""} , 7,"s\"",[],[[]], null,)"
    "\n"
    R"({"items":[1]}],"b":{"items":[3]},"c":-1.5e3} )";

}  // namespace

TEST_CASE("the items of a document, one by one", "[cli][json]") {
    CHECK(one_by_one(kDocument) == as_a_whole(kDocument));
    CHECK(one_by_one(kDocument)->size() == 7);
    CHECK(one_by_one(R"({"items":[1],"items":[2,3]})") == std::nullopt);
    CHECK(one_by_one(R"({"items":[1],"items":2})") == std::nullopt);
    CHECK(one_by_one(R"({"items":[ ]})") == Texts(std::vector<std::string>()));
    CHECK(one_by_one("[]") == std::nullopt);
}

TEST_CASE("a damaged document is taken one by one exactly if it is as a whole", "[cli][json]") {
    tests::SeededRandom random;
    constexpr std::string_view kPieces = "\"\\[]{},: \n1exn";
    std::size_t taken = 0;
    for (std::size_t round = 0; round < tests::count(20'000); ++round) {
        std::string text = kDocument;
        for (std::size_t edits = 1 + random.below(3); edits > 0 && !text.empty(); --edits) {
            const std::size_t at = random.below(text.size());
            const char piece = kPieces[random.below(kPieces.size())];
            switch (random.below(4)) {
                case 0:
                    text[at] = piece;
                    break;
                case 1:
                    text.insert(at, 1, piece);
                    break;
                case 2:
                    text.erase(at, 1 + random.below(4));
                    break;
                default:
                    text.resize(at + 1);
            }
        }
        const Texts whole = as_a_whole(text);
        INFO(text);
        REQUIRE(one_by_one(text) == whole);
        if (whole) ++taken;
    }
    CHECK(taken > 0);
}

}  // namespace sparekey::cli
