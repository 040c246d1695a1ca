// Hostile text in every string that reaches a statement, on both databases (H-16).
#include "sync/server/store/plain_text.h"
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::sync {
namespace {

using namespace std::string_literals;
using tests::Chain;

const std::vector<std::string> kOdd = {"'; DROP TABLE accounts; --",
                                       "\"; DELETE FROM records; --",
                                       "$1 $2 ?1 :a @b",
                                       "\\x00\\'",
                                       "E'\\000'",
                                       "%s%n%_",
                                       "\xF0\x9F\x94\x91 \u202E",
                                       std::string(10'000, 'x'),
                                       ""};
const std::vector<std::string> kNotPlain = {"a\0b"s,     "\0"s,           "\xff\xfe"s,
                                            "\xc0\x80"s, "\xed\xa0\x80"s, "cut \xe2\x82"s};

}  // namespace

TEST_CASE("text that is not UTF-8, or holds NUL, is made plain where it is only shown",
          "[sync][store][strings]") {
    CHECK(plain_text("a\0b"s) == "a\uFFFDb");
    CHECK(plain_text("\xff\u00e9\xfe") == "\uFFFD\u00e9\uFFFD");
    CHECK(plain_text("cut \xe2\x82") == "cut \uFFFD\uFFFD");
    for (const std::string& odd : kOdd) CHECK(plain_text(odd) == odd);
    for (const std::string& bad : kNotPlain) CHECK(is_plain(plain_text(bad)));
}

TEST_CASE("quotes, placeholders and statements in text are text", "[sync][store][strings]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    for (const std::string& odd : kOdd) {
        const Identity strange{{odd, odd}, odd, odd, tests::kNow, 0};
        REQUIRE(store->link(chain.id, strange, {{}, tests::kNow, odd, odd, odd, odd}));
        CHECK(store->account_of({odd, odd}) == chain.id);
        store->logged_in({odd, odd}, tests::kNow, odd);
        const AuditLine line = store->audit(chain.id, store->audit_head(chain.id).n - 1, 1).at(0);
        CHECK(line.entry.action == odd);
        CHECK(line.entry.actor == odd);
        CHECK(line.entry.address == odd);
        CHECK(line.entry.detail == odd);
    }
    for (const Identity& one : store->identities(chain.id)) {
        CHECK(one.key.issuer == one.key.subject);
        CHECK(one.display == one.key.issuer);
    }
    for (const std::string& odd : kOdd) {
        REQUIRE(store->unlink(chain.id, {odd, odd}, true, tests::audit("unlink")));
    }
    CHECK(verify_store(*disk.open_database(), tests::commit_reader()));
}

TEST_CASE("names that decide something are refused if they are not plain text",
          "[sync][store][strings][mutant:store-plain-text]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random), another(*store, random);
    REQUIRE(chain.found().pushed);
    for (const std::string& bad : kNotPlain) {
        for (const Identity& wrong :
             {Identity{{bad, "1"}, "corp", "", 0, 0}, Identity{{"i", bad}, "corp", "", 0, 0},
              Identity{{"i", "1"}, bad, "", 0, 0}}) {
            const auto refused = store->link(chain.id, wrong, tests::audit("link"));
            REQUIRE_FALSE(refused);
            CHECK(refused.error().code == core::ErrorCode::usage);
            Push push = another.founding();
            push.founding->identity = wrong;
            CHECK(store->push(push).refusal == PushRefusal::malformed);
        }
        CHECK_FALSE(store->account_of({bad, bad}));
        store->logged_in({bad, bad}, tests::kNow, "x");
        CHECK_FALSE(store->unlink(chain.id, {bad, bad}, true, tests::audit("unlink")));
    }
}

TEST_CASE("a stranger's bytes do not keep a line out of the audit log",
          "[sync][store][strings][audit]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    for (const std::string& bad : kNotPlain) {
        store->append_audit({{}, tests::kNow, bad, bad, bad, bad});
    }
    const auto lines = store->audit({}, 0, 100);
    REQUIRE(lines.size() == kNotPlain.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        CHECK(lines[i].entry.actor == plain_text(kNotPlain[i]));
    }
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    Identity shown = tests::identity("1");
    shown.display = "a\0b"s;
    REQUIRE(store->link(chain.id, shown, tests::audit("link")));
    CHECK(store->identities(chain.id).at(0).display == "a\uFFFDb");
    CHECK(verify_store(*disk.open_database(), tests::commit_reader()));
}

}  // namespace sparekey::sync
