// Titles, identities and user names that would be markup, script or Graphviz's own words, had they
// a chance to be.
#include "cli/picture/dot.h"
#include "cli/picture/markup.h"
#include "cli/picture/page.h"
#include "cli/picture/svg.h"
#include "tests/core/lockout/described.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <pugixml.hpp>

namespace sparekey::cli {
namespace {

using tests::has;

constexpr std::string_view kScript = "</title></style></script><script>alert(1)</script>";

/// A vault in which whatever is written by people is hostile.
core::Graph hostile_graph(std::string_view text) {
    std::vector<core::Facts> items;
    for (int i = 0; i < 40; ++i) {
        core::Facts facts = core::described(i % 2 == 0 ? "x: password" : "x");
        facts.title = std::string(text) + (i < 3 ? std::to_string(i) : "");
        const auto kind = i % 4 == 0   ? core::NamedLink::Kind::holds
                          : i % 4 == 1 ? core::NamedLink::Kind::sign_in
                          : i % 4 == 2 ? core::NamedLink::Kind::recovery
                                       : core::NamedLink::Kind::second_factor;
        facts.links.push_back({kind, "google:" + std::string(text)});
        facts.links.push_back({core::NamedLink::Kind::recovery, std::string(text)});
        items.push_back(std::move(facts));
    }
    return core::Graph(std::move(items));
}

struct Drawn {
    core::Graph graph;
    core::Drawing drawing;
    core::Coverage coverage;
    Layout layout;

    explicit Drawn(std::string_view text)
        : graph(hostile_graph(text)), drawing(core::draw(graph)), coverage(core::cover(graph)) {
        layout.boxes.resize(drawing.boxes.size());
        layout.edges.assign(drawing.edges.size(), Curve(4));
        add_rows(layout, drawing);
    }
    std::string page() const { return page_text({graph, coverage, drawing, layout, {}, 0}); }
};

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
    return found;
}

}  // namespace

TEST_CASE("a title is text in the page, whatever it looks like",
          "[cli][picture][mutant:picture-markup]") {
    const std::string page = Drawn(kScript).page();
    CHECK(count(page, "<script") == 1);
    CHECK(count(page, "</script") == 1);
    CHECK(count(page, "</title>") == count(page, "<title>"));
    CHECK(has(page, "&lt;script&gt;alert(1)"));
    const std::string quoted = Drawn("\" onfocus=alert(1) ' autofocus x=\"").page();
    CHECK_FALSE(has(quoted, "\" onfocus="));
    CHECK_FALSE(has(quoted, "' autofocus"));
    CHECK(has(quoted, "&quot; onfocus=alert(1) &#39; autofocus"));
}

TEST_CASE("a picture with hostile titles is the XML of one with tame ones",
          "[cli][picture][mutant:picture-markup]") {
    const auto elements = [](std::string_view text) {
        const Drawn drawn(text);
        const std::string svg = svg_text(drawn.graph, drawn.drawing, drawn.layout, Boxes::alone);
        pugi::xml_document document;
        REQUIRE(document.load_buffer(svg.data(), svg.size()));
        return count(svg, "<");
    };
    const std::size_t tame = elements("tame");
    for (const std::string_view text : {kScript, std::string_view("]]><!-- & &#x3c; \" '"),
                                        std::string_view("a\x01\x1b[31m\xe2\x80\xae b")}) {
        CHECK(elements(text) == tame);
    }
    for (const std::string_view text : {"a\xef\xbf\xbe", "\xef\xbf\xbf\xef\xbf\xbf"}) {
        const Drawn drawn(text);
        const std::string svg = svg_text(drawn.graph, drawn.drawing, drawn.layout, Boxes::alone);
        CHECK_FALSE(has(svg, "\xef\xbf\xbe"));
        CHECK_FALSE(has(svg, "\xef\xbf\xbf"));
    }
}

TEST_CASE("a page loads nothing and names the hash of all that it runs", "[cli][picture]") {
    const std::string page = Drawn("x").page();
    CHECK(has(page, "default-src 'none'; style-src 'sha256-"));
    CHECK(has(page, "script-src 'sha256-"));
    CHECK_FALSE(has(page, "unsafe-inline"));
    CHECK_FALSE(has(page, " src="));
    CHECK_FALSE(has(page, "url("));
    CHECK_FALSE(has(page, "@import"));
    for (const std::string part : {"http://", "https://"}) {
        CHECK(count(page, part) == count(page, part + "www.w3.org/2000/svg"));
    }
    CHECK(count(page, " style=\"") == 0);
}

TEST_CASE("a label in DOT is a quoted string, and Graphviz reads out of it what was put in",
          "[cli][picture][mutant:picture-dot]") {
    CHECK(dot_quoted("plain") == "\"plain\"");
    CHECK(dot_quoted("a \"b\" \\") == "\"a \\\"b\\\" \\\\\"");
    CHECK(dot_quoted("\\N \\G") == "\"\\\\N \\\\G\"");
    CHECK(dot_quoted("&lt;") == "\"&amp;lt;\"");
    CHECK(dot_quoted("<b>html</b>") == "\"<b>html</b>\"");
    const Drawn drawn("\"]; evil [label=\"x\\");
    const std::string dot = dot_text(drawn.graph, drawn.drawing);
    CHECK_FALSE(has(dot, "label=\"\"]"));
    CHECK(has(dot, "\\\"]; evil [label=\\\"x\\\\"));
}

TEST_CASE("coordinates are short numbers", "[cli][picture]") {
    CHECK(decimal(0) == "0");
    CHECK(decimal(12.25) == "12.2");
    CHECK(decimal(-0.01) == "0");
    CHECK(decimal(7) == "7");
    CHECK(decimal(1e6) == "1000000");
}

}  // namespace sparekey::cli
