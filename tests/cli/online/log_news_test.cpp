// What a person is told of the server's audit log.
#include "cli/online/log_news.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

using sync::AuditLine;

constexpr std::uint64_t kNow = 1'764'504'000'000;  // 2025-11-30 12:00 UTC
const core::DeviceId kOwn = {{7}};

AuditLine line(const std::string& action, const std::string& actor,
               const std::string& detail = "{}") {
    AuditLine made;
    made.entry = {core::VaultId{}, kNow, action, actor, "192.0.2.7", detail};
    return made;
}

std::vector<std::string> told(const std::vector<AuditLine>& lines) {
    return cli::online::log_news(lines, kOwn);
}

}  // namespace

TEST_CASE("of the server's log a person is told who tried to get in", "[online][audit]") {
    const std::string detail = R"({"provider":"google","display":"a@b.example","device":"Pixel"})";
    const auto news = told({
        line("push", core::DeviceId{{8}}.text()),
        line("login", "google:117", detail),
        line("link", "google:117", detail),
        line("unlink", core::DeviceId{{8}}.text()),
        line("enrolment", "opener"),
        line("approval", core::DeviceId{{8}}.text()),
    });
    REQUIRE(news.size() == 5);
    CHECK(news[0] == "google a@b.example signed in on \"Pixel\", 192.0.2.7, 2025-11-30 12:00 UTC");
    CHECK(news[1] ==
          "google a@b.example may sign in now on \"Pixel\", 192.0.2.7, 2025-11-30 12:00 UTC");
    CHECK(news[2] == "a login was unlinked, 192.0.2.7, 2025-11-30 12:00 UTC");
    CHECK(news[3] ==
          "a new device opened the account with a password or a recovery code, "
          "192.0.2.7, 2025-11-30 12:00 UTC");
    CHECK(news[4] == "if that was not you: sparekey audit --server, devices, unlink");
}

TEST_CASE("refused attempts are counted, and one's own doings are no news", "[online][audit]") {
    std::vector<AuditLine> lines(300, line("refusal", "opener"));
    lines.push_back(line("unlink", kOwn.text()));
    lines.push_back(line("approval", kOwn.text()));
    const auto news = told(lines);
    REQUIRE(news.size() == 2);
    CHECK(news[0] == "300 attempts to get in refused, the last, 192.0.2.7, 2025-11-30 12:00 UTC");
    CHECK(told({line("refusal", kOwn.text())}).front().starts_with("1 attempt to get in refused"));
    CHECK(told({line("push", kOwn.text()), line("unlink", kOwn.text())}).empty());
}

TEST_CASE("what others call themselves is cut, and what is no JSON is told by its actor",
          "[online][audit]") {
    const std::string name(5000, 'x');
    for (const std::string& detail :
         {std::string("none"), R"({"provider":"p","display":")" + name + "\"}"}) {
        AuditLine strange = line("login", "corp:" + name, detail);
        strange.entry.address = name;
        const auto news = told({strange});
        REQUIRE(news.size() == 2);
        CHECK(news[0].size() < 300);
        CHECK(news[0].starts_with("corp:xxxx"));
    }
}

}  // namespace sparekey::tests
