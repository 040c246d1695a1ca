#include "tests/support/import.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

std::string item_json(const Home& home, const std::string& query) {
    const Outcome got = home.run({"get", query, "--json"});
    INFO(got.err);
    REQUIRE(got.status == 0);
    return got.out;
}

std::string exported_items(const Home& home) {
    const std::string exported = home.run({"export", "--yes"}).out;
    const auto at = exported.find("\"items\"");
    REQUIRE(at != std::string::npos);
    return exported.substr(at);
}

void expect_twice_changes_nothing(const Home& home, const std::string& format,
                                  const std::string& file) {
    const std::string before = exported_items(home);
    const Outcome again = home.run({"import", format, home.file(file), "--json"});
    CHECK(again.status == 0);
    CHECK(has(again.out, "\"created\":0,\"updated\":0,"));
    CHECK(before == exported_items(home));
}

std::string unmapped(const std::string& field, int items) {
    return "{\"field\":\"" + field + "\",\"items\":" + std::to_string(items) + "}";
}

std::string skipped(const std::string& where) {
    return "{\"where\":\"" + where + "\",\"reason\":\"";
}

std::string keepass_string(const std::string& key, const std::string& value,
                           const std::string& attributes) {
    return "<String><Key>" + key + "</Key><Value" + attributes + ">" + value + "</Value></String>";
}

std::string keepass_entry(const std::string& content) {
    return "<KeePassFile><Root><Group><Name>Root</Name><Entry>" + content +
           "</Entry></Group></Root></KeePassFile>";
}

Outcome import_entry(const Home& home, const std::string& content) {
    write_text(home.file("x.xml"), keepass_entry(content));
    return home.run({"import", "keepass-xml", home.file("x.xml"), "--json"});
}

}  // namespace sparekey::tests
