// A key that stands twice in one object, wherever the object is.
#include "cli/formats/json_keys.h"

#include "cli/formats/json_items.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace sparekey::cli {
namespace {

constexpr const char* kRefusal = "line 2: the key \"a\" stands twice in one object";

/// What the items of a document are refused with; empty if they are taken.
std::string refusal_of_items(const std::string& text) {
    auto items = JsonItems::open(text, "items");
    if (!items) return items.error().message;
    for (;;) {
        const auto item = items->next();
        if (!item) return item.error().message;
        if (*item == nullptr) return {};
    }
}

}  // namespace

TEST_CASE("a key that stands twice is found, wherever it is", "[cli][json]") {
    for (const char* const fine :
         {"", "{}", R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]})", R"({"a":1,"A":2})",
          R"(["a","a"])", R"({"a":1)", "no JSON", R"({"a":1}{"a":2})"}) {
        INFO(fine);
        CHECK_FALSE(repeated_key(fine));
    }
    const auto found = repeated_key(R"({"x":{"a":1,"\u0061":2}})");
    REQUIRE(found);
    CHECK(found->key == "a");
    CHECK(found->at > std::string_view(R"({"x":{"a":1,)").size());
    const std::string deep = std::string(100'000, '[');
    CHECK_FALSE(repeated_key(deep));
}

TEST_CASE("a document in which a key stands twice is refused, with the line", "[cli][json]") {
    CHECK(JsonDocument::parse(R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}],"A":["a","a"]})"));
    for (const char* const twice :
         {"{\"a\":1,\n\"a\":2}", "[1,{\"a\":{},\n\"b\":0,\"a\":[]}]",
          "{\"x\":\n{\"a\":1,\"\\u0061\":2}}", "\xef\xbb\xbf{\"a\":1,\n\"a\":1}",
          // The first one goes, and what is within it.
          "{\"a\":{\"a\":1,\"b\":{}},\n\"a\":{\"b\":[{}]}}"}) {
        INFO(twice);
        const auto parsed = JsonDocument::parse(twice);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == core::ErrorCode::usage);
        CHECK(parsed.error().message == kRefusal);
    }
}

TEST_CASE("a key that stands twice in an item or around them is refused", "[cli][json]") {
    CHECK(refusal_of_items(R"({"x":1,"items":[{"a":1,"b":{"a":1}},{"a":1}]})").empty());
    CHECK(refusal_of_items("{\"items\":[{\"a\":1},\n{\"b\":[{\"a\":1,\"a\":1}]}]}") == kRefusal);
    CHECK(refusal_of_items("{\"items\":[\n],\"a\":1,\"items2\":{},\"a\":2}") == kRefusal);
    CHECK(refusal_of_items("{\"items\":[1],\n\"items\":[1]}") ==
          "line 2: the key \"items\" stands twice in one object");
}

TEST_CASE("all of a document lies in memory that is wiped", "[cli][json]") {
    const std::string text =
        R"({"a":[{"b":"a text that is too long to lie in the value itself"}]})";
    const auto parsed = JsonDocument::parse(text);
    REQUIRE(parsed);
    const auto& list = parsed->root().at("a").get_array();
    for (const auto* const memory :
         {parsed->root().storage().get(), list.storage().get(), list.front().storage().get(),
          list.front().at("b").get_string().storage().get()}) {
        CHECK(dynamic_cast<const WipingMemory*>(memory) != nullptr);
    }
    auto items = JsonItems::open(text, "a");
    REQUIRE(items);
    const auto item = items->next();
    REQUIRE(item);
    const auto* const memory = (*item)->at("b").get_string().storage().get();
    CHECK(dynamic_cast<const WipingArena*>(memory) != nullptr);
}

}  // namespace sparekey::cli
