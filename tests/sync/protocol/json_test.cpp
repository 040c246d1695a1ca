#include "sync/protocol/json.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::sync {

TEST_CASE("JSON is read with numbers as they were written", "[protocol][json]") {
    const Json json = Json::parse(R"( {"a":[1,-2.50,1e400,123456789012345678901234567890],
        "b":{"c":"\u00e4\n","d":null},"e":true,"f":false} )")
                          .value();
    const auto& numbers = json.find("a")->elements();
    REQUIRE(numbers.size() == 4);
    CHECK(numbers[0].text() == "1");
    CHECK(numbers[1].text() == "-2.50");
    CHECK(numbers[2].text() == "1e400");
    CHECK(numbers[3].text() == "123456789012345678901234567890");
    CHECK(*json.find("b")->find_text("c") == "\xc3\xa4\n");
    CHECK(json.find("b")->find("d")->is(Json::Kind::null));
    CHECK(json.is_true("e"));
    CHECK_FALSE(json.is_true("f"));
    CHECK_FALSE(json.is_true("g"));
    CHECK(json.find_text("a") == nullptr);
    CHECK(json.find("g") == nullptr);
}

TEST_CASE("whole numbers up to 2^53 are integers", "[protocol][json]") {
    const auto integer = [](const char* text) { return Json::parse(text)->integer(); };
    CHECK(integer("0") == 0);
    CHECK(integer("9007199254740992") == 9007199254740992ULL);
    for (const char* text : {"9007199254740993", "-1", "1.0", "1e3", "-0", "99999999999999999999",
                             "\"1\"", "true", "null", "[]"}) {
        CHECK_FALSE(integer(text));
    }
}

TEST_CASE("an array of texts is one, and nothing else is", "[protocol][json]") {
    CHECK(Json::parse(R"(["a","b"])")->texts() == std::vector<std::string>{"a", "b"});
    CHECK(Json::parse("[]")->texts() == std::vector<std::string>{});
    for (const char* text : {R"(["a",1])", R"("a")", "{}", "null"}) {
        CHECK_FALSE(Json::parse(text)->texts());
    }
}

TEST_CASE("what is not strict JSON is refused", "[protocol][json][mutant:json-duplicate]") {
    for (const std::string& text : {std::string(),
                                    std::string(" "),
                                    std::string("{"),
                                    std::string("{}}"),
                                    std::string("{} x"),
                                    std::string("[1,]"),
                                    std::string("{\"a\":1,}"),
                                    std::string("{a:1}"),
                                    std::string("'a'"),
                                    std::string("01"),
                                    std::string("+1"),
                                    std::string(".5"),
                                    std::string("NaN"),
                                    std::string("Infinity"),
                                    std::string("\"\\ud800\""),
                                    std::string("\"\x01\""),
                                    std::string("\"\xff\""),
                                    std::string("// c\n1"),
                                    std::string("/* c */1"),
                                    std::string("\xef\xbb\xbf{}"),
                                    std::string("{}\0", 3),
                                    std::string(R"({"a":1,"a":1})"),
                                    std::string(R"({"a":1,"\u0061":2})"),
                                    std::string(R"([{"b":{"a":1,"a":2}}])"),
                                    std::string(17, '[') + std::string(17, ']'),
                                    "\"" + std::string(256 * 1024, 'a') + "\""}) {
        INFO(text.substr(0, 40));
        CHECK_FALSE(Json::parse(text));
    }
    CHECK(Json::parse(std::string(16, '[') + std::string(16, ']')));
    CHECK(Json::parse(R"([{"a":1},{"a":1}])"));
    CHECK_FALSE(Json::parse_object("[]"));
}

}  // namespace sparekey::sync
