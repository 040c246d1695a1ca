// The messages of a scan: they come back as they went, and nothing else is taken for one.
#include "cli/scan/message_codec.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

using namespace cli::scan;

ScanReport some_report() {
    ScanReport report;
    report.leaks.push_back({"item", "password", "a/b", 7, "c0ffee", "0123"});
    report.unnamed = 1;
    report.allowed = 2;
    report.scanned = 3;
    report.skipped = {4, 5, 6, 7, 8, 9};
    report.secrets = 10;
    report.too_common = 11;
    report.unlocked = 12;
    report.hook = "hook";
    return report;
}

/// Whatever `decode` takes of damaged bytes has these bytes.
template <class Decode>
void check_damage(const core::SecretBytes& bytes, Decode decode) {
    const core::ByteView whole = bytes.expose();
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(decode(whole.first(size)));
    core::Bytes longer(whole.begin(), whole.end());
    longer.push_back(0);
    CHECK_FALSE(decode(longer));
    SeededRandom random;
    for (std::size_t i = 0; i < count(2000); ++i) {
        core::Bytes damaged(whole.begin(), whole.end());
        damaged[random.below(damaged.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
        const auto decoded = decode(damaged);
        if (decoded) CHECK(core::equal_constant_time(encode(*decoded).expose(), damaged));
    }
}

}  // namespace

TEST_CASE("an order and secrets come back as they went", "[cli][leaks]") {
    const ScanOrder order{{{Place::history, "/a"}, {Place::home, "/b"}}, "line"};
    const auto same = decode_order(encode(order).expose());
    REQUIRE(same);
    REQUIRE(same->places.size() == 2);
    CHECK(same->places[0].place == Place::history);
    CHECK(same->places[1].path == "/b");
    CHECK(same->hook_command == "line");
    check_damage(encode(order), decode_order);

    ScanSecrets secrets;
    secrets.push_back(
        {"item", "former totp", core::SecretForm::seed, core::SecretText::copy_of("x")});
    const auto told = decode_secrets(encode(secrets).expose());
    REQUIRE(told);
    REQUIRE(told->size() == 1);
    CHECK(told->front().item == "item");
    CHECK(told->front().kind == "former totp");
    CHECK(told->front().form == core::SecretForm::seed);
    CHECK(told->front().value.expose() == "x");
    check_damage(encode(secrets), decode_secrets);
}

TEST_CASE("an answer is a report or an error", "[cli][leaks]") {
    const core::Result<ScanReport> good(some_report());
    const auto same = decode_answer(encode(good).expose());
    REQUIRE(same);
    REQUIRE(same->leaks.size() == 1);
    CHECK(same->leaks[0].path == "a/b");
    CHECK(same->leaks[0].line == 7);
    CHECK(same->skipped.total() == 39);
    CHECK(same->unlocked == 12);
    CHECK(same->hook == "hook");
    check_damage(encode(good), [](core::ByteView bytes) -> std::optional<core::Result<ScanReport>> {
        auto decoded = decode_answer(bytes);
        if (!decoded) return std::nullopt;
        return decoded;
    });
    const core::Result<ScanReport> bad(
        core::unexpected(core::ErrorCode::not_found, "what", "hint"));
    const auto refused = decode_answer(encode(bad).expose());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == core::ErrorCode::not_found);
    CHECK(refused.error().hint == "hint");
}

}  // namespace sparekey::tests
