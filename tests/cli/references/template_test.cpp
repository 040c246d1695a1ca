#include "cli/references/template.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

/// References in <>, literal text as it is.
std::string shape(std::string_view text) {
    const auto pieces = scan_template(text);
    if (!pieces) return "error: " + pieces.error().message;
    std::string out;
    for (const TemplatePiece& piece : *pieces) {
        out += piece.is_reference ? "<" + std::string(piece.text) + ">" : std::string(piece.text);
    }
    return out;
}

}  // namespace

TEST_CASE("references between double braces are found, with and without blanks",
          "[cli][template]") {
    CHECK(shape("a{{sparekey://v/i/f}}b") == "a<sparekey://v/i/f>b");
    CHECK(shape("{{ \t sparekey://v/i i/f\t }}") == "<sparekey://v/i i/f>");
    CHECK(shape("{{sparekey://v/i/f}}{{sparekey://v/i/g}}") ==
          "<sparekey://v/i/f><sparekey://v/i/g>");
    CHECK(shape("{{{sparekey://v/i/f}}}") == "{<sparekey://v/i/f>}");
    CHECK(shape("{{{{ sparekey://v/i/f }}}}") == "{{<sparekey://v/i/f>}}");
}

TEST_CASE("everything else is literal", "[cli][template]") {
    for (const std::string& text :
         {std::string(), std::string("{{ .Values.x }}"), std::string("sparekey://v/i/f"),
          std::string("{ sparekey://v/i/f }"), std::string("{{ x sparekey://v/i/f }}"),
          std::string("{{\nsparekey://v/i/f }}"), std::string("\xff\0{{ }} \xc3", 10),
          std::string("{{ op://v/i/f }}"), std::string("{{}}")}) {
        CHECK(shape(text) == text);
    }
}

TEST_CASE("a broken reference is an error that names its line", "[cli][template]") {
    CHECK(shape("\n\n{{ sparekey://v/i }}").starts_with("error: line 3: "));
    CHECK(shape("\n{{ sparekey://v/i/f }").starts_with("error: line 2: "));
    CHECK(shape("{{ sparekey://v/i/f\n}}").starts_with("error: line 1: "));
    CHECK(shape("{{ sparekey://v/i/f").starts_with("error: line 1: "));
    CHECK(shape("{{ sparekey:// }}").starts_with("error: line 1: "));
}

TEST_CASE("the pieces of any template are the whole template", "[cli][template][property]") {
    tests::SeededRandom random;
    const std::string_view parts[] = {"{",
                                      "}",
                                      "{{",
                                      "}}",
                                      " ",
                                      "\n",
                                      "sparekey://",
                                      "v",
                                      "/",
                                      "i",
                                      "%20",
                                      "\xff",
                                      "{{ sparekey://v/i/f }}"};
    for (std::size_t round = 0; round < tests::count(20000); ++round) {
        std::string text;
        for (std::size_t i = random.below(14); i > 0; --i) {
            text += parts[random.below(std::size(parts))];
        }
        const auto pieces = scan_template(text);
        if (!pieces) continue;
        std::string left = text;
        for (const TemplatePiece& piece : *pieces) {
            const auto at = left.find(piece.text);
            REQUIRE(at != std::string::npos);
            // Only braces and blanks lie between pieces.
            REQUIRE(left.substr(0, at).find_first_not_of("{} \t") == std::string::npos);
            left.erase(0, at + piece.text.size());
        }
        REQUIRE(left.find_first_not_of("{} \t") == std::string::npos);
    }
}

}  // namespace sparekey::cli
