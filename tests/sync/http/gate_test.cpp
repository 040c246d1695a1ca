#include "sync/server/http/gate.h"

#include "sync/server/http/second_reader.h"
#include "tests/support/seeded_random.h"
#include "tests/sync/http/smuggling.h"

#include <catch2/catch_test_macros.hpp>

using namespace sparekey;
using namespace sparekey::sync;
using namespace sparekey::tests;

namespace {

const GateRules kRules{Hosts::listed, {"vault.example"}};

std::variant<Head, Refusal> examine(std::string_view bytes, const GateRules& rules = kRules) {
    const auto size = find_head(bytes);
    if (const auto* refusal = std::get_if<Refusal>(&size)) return *refusal;
    const std::size_t whole = std::get<std::size_t>(size);
    if (whole == 0) return Refusal{408, "incomplete", ""};
    return examine_head(bytes.substr(0, whole), rules);
}

std::string code_of(std::string_view bytes) {
    const auto verdict = examine(bytes);
    const auto* refusal = std::get_if<Refusal>(&verdict);
    return refusal == nullptr ? "accepted" : std::string(refusal->code);
}

std::string get_request(const std::string& target, const std::string& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: vault.example\r\n" + fields + "\r\n";
}

Head accepted(const std::string& bytes) {
    auto verdict = examine(bytes);
    REQUIRE(std::holds_alternative<Head>(verdict));
    return std::get<Head>(std::move(verdict));
}

}  // namespace

TEST_CASE("every smuggled request gets the refusal that belongs to it",
          "[sync][gate][mutant:gate-version][mutant:gate-host-count][mutant:gate-host-missing]"
          "[mutant:gate-authority][mutant:gate-transfer-encoding][mutant:gate-content-length]"
          "[mutant:gate-content-length-count][mutant:gate-folded][mutant:gate-trailer]"
          "[mutant:gate-control][mutant:gate-field-name][mutant:gate-target-form]"
          "[mutant:gate-target-size][mutant:gate-query][mutant:gate-path-control]"
          "[mutant:gate-path-slash][mutant:gate-path-dots][mutant:gate-content-encoding]"
          "[mutant:gate-expect][mutant:gate-fields][mutant:gate-head-size][mutant:gate-line-ends]"
          "[mutant:gate-twice][mutant:gate-connection]") {
    CHECK(smuggled_requests().size() >= 80);
    for (const auto& request : smuggled_requests()) {
        INFO(request.name);
        CHECK(code_of(request.bytes) == request.code);
    }
}

TEST_CASE("a sound request is read as it is", "[sync][gate]") {
    const std::string bytes =
        "POST /caf%C3%A9/a+b?x=%2F&y HTTP/1.1\r\nhOST: Vault.Example\r\nX-Empty:\r\n"
        "X-Tab: \ta\tb \r\nContent-Length: 12\r\nConnection: keep-alive, Close\r\n\r\n";
    const Head head = accepted(bytes);
    CHECK(head.method == Method::post);
    CHECK(head.path == "/caf\xc3\xa9/a+b");
    CHECK(head.query == "x=%2F&y");
    CHECK(head.body_bytes == 12);
    CHECK(!head.keeps_open);
    REQUIRE(head.fields.size() == 5);
    CHECK(head.fields[1].value.empty());
    CHECK(head.fields[2].value == "a\tb");
    CHECK(second_reader_agrees(bytes, head));
}

TEST_CASE("what ordinary clients and proxies send is let in", "[sync][gate]") {
    for (const auto* fields :
         {"TE: trailers\r\n", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n",
          "Accept: */*\r\nAccept: text/html\r\n", "Content-Encoding: identity\r\n",
          "X-Forwarded-For: 192.0.2.1, 10.0.0.1\r\nX-Forwarded-For: 10.0.0.2\r\n",
          "Connection: ,keep-alive,,\r\n", "User-Agent: caf\xc3\xa9\r\n",
          "Content-Length: 000\r\n"}) {
        INFO(fields);
        CHECK(code_of(get_request("/quick", fields)) == "accepted");
    }
    CHECK(code_of(get_request("/a..b/.c/...?code=a|b{}^&scope=https://x/")) == "accepted");
    CHECK(code_of(get_request("//")) == "accepted");
}

TEST_CASE("the limits of the gate are exact", "[sync][gate]") {
    std::string fields;
    for (int i = 0; i < 63; ++i) fields += "X: y\r\n";
    CHECK(code_of(get_request("/", fields)) == "accepted");
    CHECK(code_of(get_request("/", fields + "X: y\r\n")) == "head_fields");
    const std::size_t rest = get_request("/", "X: \r\n").size();
    CHECK(code_of(get_request("/", "X: " + std::string(kMostHead - rest, 'a') + "\r\n")) ==
          "accepted");
    CHECK(code_of(get_request("/", "X: " + std::string(kMostHead - rest + 1, 'a') + "\r\n")) ==
          "head_size");
    CHECK(code_of(get_request("/" + std::string(kMostTarget - 1, 'a'))) == "accepted");
    CHECK(code_of(get_request("/" + std::string(kMostTarget, 'a'))) == "target_size");
}

TEST_CASE("a head that is not whole is waited for, never guessed", "[sync][gate]") {
    const std::string bytes = get_request("/quick", "Content-Length: 2\r\n");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto found = find_head(std::string_view(bytes).substr(0, size));
        REQUIRE(std::holds_alternative<std::size_t>(found));
        CHECK(std::get<std::size_t>(found) == 0);
    }
    CHECK(std::get<std::size_t>(find_head(bytes + "xx")) == bytes.size());
}

TEST_CASE("a listener without a name takes any well-formed one", "[sync][gate]") {
    const GateRules any{Hosts::any, {}};
    const auto with = [&](const std::string& host) {
        const auto verdict = examine("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", any);
        return std::holds_alternative<Head>(verdict);
    };
    CHECK(with("127.0.0.1:9464"));
    CHECK(with("[::1]:9464"));
    CHECK(!with("a@b"));
    CHECK(!with(""));
}

TEST_CASE("a probe by address is answered what tells nobody anything, and nothing else",
          "[sync][gate]") {
    const GateRules rules{Hosts::listed, {"vault.example"}, {"/livez"}};
    const auto asked = [&](const std::string& path, const std::string& host) {
        return examine("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", rules);
    };
    CHECK(std::holds_alternative<Head>(asked("/livez", "10.0.0.7:8443")));
    CHECK(std::holds_alternative<Refusal>(asked("/livez", "a/b")));
    for (const char* path : {"/account", "/livez/", "/livez/../account", "//livez"}) {
        const auto other = asked(path, "10.0.0.7:8443");
        REQUIRE(std::holds_alternative<Refusal>(other));
        CHECK(std::get<Refusal>(other).status >= 400);
    }
    CHECK(std::get<Refusal>(asked("/account", "10.0.0.7:8443")).status == 421);
}

TEST_CASE("what the gate lets in, Beast reads the same way", "[sync][gate][property]") {
    SeededRandom random;
    const std::vector<std::string> pieces = {"\r\n",
                                             "\n",
                                             "\r",
                                             " ",
                                             "\t",
                                             ":",
                                             ",",
                                             "chunked",
                                             "Transfer-Encoding",
                                             "Content-Length",
                                             "Host",
                                             "vault.example",
                                             "HTTP/1.1",
                                             "GET",
                                             "/",
                                             "%2e",
                                             "X",
                                             "0",
                                             "7",
                                             "\xff",
                                             "close"};
    std::size_t passed = 0;
    for (std::size_t round = 0; round < count(200'000); ++round) {
        std::string bytes = get_request("/a/b?c", "X: y\r\nContent-Length: 1\r\n");
        for (std::size_t change = random.below(4); change > 0; --change) {
            const std::size_t at = random.below(bytes.size() - 4);
            bytes.replace(at, random.below(3), pieces[random.below(pieces.size())]);
        }
        const auto size = find_head(bytes);
        if (!std::holds_alternative<std::size_t>(size) || std::get<std::size_t>(size) == 0)
            continue;
        const auto head = bytes.substr(0, std::get<std::size_t>(size));
        const auto verdict = examine_head(head, kRules);
        if (const auto* made = std::get_if<Head>(&verdict)) {
            ++passed;
            INFO(head);
            REQUIRE(second_reader_agrees(head, *made));
        }
    }
    CHECK(passed > 100);
}

TEST_CASE("the second reader notices what differs", "[sync][gate][mutant:second-reader]") {
    const std::string bytes = get_request("/quick", "Content-Length: 1\r\nX: y\r\n");
    const Head head = accepted(bytes);
    REQUIRE(second_reader_agrees(bytes, head));
    Head other = head;
    other.body_bytes = 2;
    CHECK(!second_reader_agrees(bytes, other));
    other = head;
    other.fields.pop_back();
    CHECK(!second_reader_agrees(bytes, other));
    other = head;
    other.fields.back().value = "z";
    CHECK(!second_reader_agrees(bytes, other));
    other = head;
    other.raw_target = "/other";
    CHECK(!second_reader_agrees(bytes, other));
}
