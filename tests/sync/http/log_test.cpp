#include "sync/server/log/log.h"

#include "sync/server/http/bearer_token.h"
#include "sync/server/log/escape.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

#include <sstream>

using namespace sparekey;
using namespace sparekey::sync;
using sparekey::tests::has;

namespace {

template <class Value>
concept Printable = requires(std::ostream& out, const Value& value) {
    out << value;
};
template <class Value>
concept Loggable = requires(const Value& value) {
    LogField("name", value);
};

static_assert(Printable<std::string> && Loggable<std::string> && Loggable<int>);
static_assert(!Printable<Token> && !Loggable<Token>);
static_assert(!Printable<core::SecretText> && !Loggable<core::SecretText>);
static_assert(!std::is_convertible_v<Token, std::string_view>);
static_assert(!std::is_copy_constructible_v<Token>);

}  // namespace

TEST_CASE("a line of text names the time, the level, the event and its fields", "[sync][log]") {
    std::ostringstream out;
    Log log(LogFormat::text, LogLevel::info, &out);
    log.write(LogLevel::warning, "request", {{"id", "a-1"}, {"status", 404}, {"bytes", -1}});
    log.write(LogLevel::debug, "not wanted");
    const auto line = out.str();
    CHECK(line.substr(4, 1) == "-");
    CHECK(line.substr(23, 2) == "Z ");
    CHECK(line.substr(25) == "warning request id=\"a-1\" status=404 bytes=-1\n");
    log.set_level(LogLevel::debug);
    log.write(LogLevel::debug, "wanted");
    CHECK(has(out.str(), "debug wanted\n"));
}

TEST_CASE("nothing that comes over the network forges a line", "[sync][log][mutant:log-escape]") {
    const std::string hostile =
        "/x\r\n2026-01-01T00:00:00.000Z info forged\x1b[2J\xe2\x80\xae\xff\" level=\"error\\";
    for (const auto format : {LogFormat::text, LogFormat::json}) {
        std::ostringstream out;
        Log log(format, LogLevel::debug, &out);
        log.write(LogLevel::info, "request", {{"path", hostile}});
        const auto line = out.str();
        CHECK(line.find('\n') == line.size() - 1);
        CHECK(line.find_first_of("\r\x1b") == std::string::npos);
        CHECK(!has(line, "\xe2\x80\xae"));
        CHECK(!has(line, "\xff"));
    }
}

TEST_CASE("a JSON line is JSON whatever was logged", "[sync][log][property]") {
    tests::SeededRandom random;
    std::ostringstream out;
    Log log(LogFormat::json, LogLevel::debug, &out);
    const std::size_t rounds = tests::count(2000);
    for (std::size_t i = 0; i < rounds; ++i) {
        std::string value(random.below(40), ' ');
        random.fill({reinterpret_cast<std::uint8_t*>(value.data()), value.size()});
        log.write(LogLevel::error, "it", {{"value", value}, {"n", i}});
    }
    std::istringstream lines(out.str());
    std::size_t read = 0;
    for (std::string line; std::getline(lines, line); ++read) {
        const auto parsed = boost::json::parse(line);
        CHECK(parsed.at("level") == "error");
        CHECK(parsed.at("event") == "it");
        CHECK(parsed.at("n") == read);
    }
    CHECK(read == rounds);
}

TEST_CASE("a long value is cut, and says so", "[sync][log]") {
    CHECK(quoted("abc", 3) == "\"abc\"");
    CHECK(quoted("abcd", 3) == "\"abc\xe2\x80\xa6\"");
}

TEST_CASE("a bearer token is read as RFC 6750 writes it, or not at all", "[sync][http]") {
    const auto token = [](const std::string& value) {
        Request request;
        request.headers.push_back({"authorization", value});
        const auto found = bearer_token(request);
        return found ? std::string(found->expose()) : "none";
    };
    CHECK(token("Bearer abc-._~+/=") == "abc-._~+/=");
    CHECK(token("bEARER x") == "x");
    for (const auto* wrong : {"", "Bearer", "Bearer ", "Bearer  x", "Bearer a b", "Basic x",
                              "Bearer a,b", "Bearerx", "Bearer \xc3\xa9"}) {
        CHECK(token(wrong) == "none");
    }
    CHECK(!bearer_token(Request{}));
}
