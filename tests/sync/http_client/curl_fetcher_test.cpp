// The fetcher against servers on loopback that mean no good.
#include "sync/http_client/curl_fetcher.h"

#include "tests/support/loopback_server.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <future>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using tests::http_answer;
using tests::LoopbackServer;

FetchRequest request_to(const std::string& url, AddressRule addresses = AddressRule::any) {
    FetchRequest request;
    request.url = url;
    request.addresses = addresses;
    return request;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a request arrives whole and its answer comes back", "[http_client]") {
    std::promise<std::string> seen;
    LoopbackServer server([&](const std::string& request) {
        seen.set_value(request);
        return http_answer(201, "made", "X-Thing:  some value \r\n");
    });
    CurlFetcher fetcher;
    FetchRequest request = request_to(server.url("/path?query"));
    request.method = FetchMethod::post;
    request.headers = {{"Content-Type", "text/plain"}};
    request.authorization = core::SecretText::copy_of("Bearer abc");
    request.body = core::SecretText::copy_of("hello");
    const FetchResponse response = fetcher.fetch(request).value();
    CHECK(response.status == 201);
    CHECK(response.body == "made");
    CHECK(response.header("x-thing") == "some value");
    CHECK_FALSE(response.header("location"));
    const std::string text = seen.get_future().get();
    CHECK(text.starts_with("POST /path?query HTTP/1.1\r\n"));
    CHECK(has(text, "\r\nAuthorization: Bearer abc\r\n"));
    CHECK(has(text, "\r\nContent-Type: text/plain\r\n"));
    CHECK(has(text, "\r\nUser-Agent: sparekey/"));
    CHECK_FALSE(has(text, "Expect"));
    CHECK(text.ends_with("\r\n\r\nhello"));
}

TEST_CASE("each method is sent by its name, and an error status is an answer", "[http_client]") {
    for (const unsigned status : {200U, 503U}) {
        LoopbackServer server([status](const std::string& request) {
            return http_answer(static_cast<int>(status), request.substr(0, request.find(' ')));
        });
        CurlFetcher fetcher;
        const auto method = [&](FetchMethod wanted) {
            FetchRequest request = request_to(server.url());
            request.method = wanted;
            const FetchResponse response = fetcher.fetch(request).value();
            CHECK(response.status == status);
            return response.body;
        };
        CHECK(method(FetchMethod::get) == "GET");
        CHECK(method(FetchMethod::post) == "POST");
        CHECK(method(FetchMethod::put) == "PUT");
        CHECK(method(FetchMethod::remove) == "DELETE");
        // curl 8.14 gives a connection up where an error comes before it knows that all was sent.
        if (status == 200) CHECK(server.connections() == 1);
    }
}

TEST_CASE("a connection made under one address rule serves no other", "[http_client][ssrf]") {
    LoopbackServer server([](const std::string&) { return http_answer(200, "{}"); });
    CurlFetcher fetcher;
    REQUIRE(fetcher.fetch(request_to(server.url(), AddressRule::any)));
    CHECK(fetcher.fetch(request_to(server.url(), AddressRule::public_only)).error().code ==
          ErrorCode::refused);
    CHECK(fetcher.fetch(request_to(server.url(), AddressRule::loopback_only)));
    CHECK(server.requests() == 2);
}

TEST_CASE("no spelling of a private address is connected to",
          "[http_client][ssrf][mutant:fetch-address]") {
    LoopbackServer server([](const std::string&) { return http_answer(200, "secret"); });
    CurlSettings settings;
    const std::string port = ":" + std::to_string(server.port());
    settings.hosts = {"rebound.example" + port + ":127.0.0.1",
                      "mapped.example" + port + ":[::ffff:127.0.0.1]"};
    CurlFetcher fetcher(settings);
    for (const std::string host : {"127.0.0.1",
                                   "localhost",
                                   "127.1",
                                   "127.0.1",
                                   "0177.0.0.1",
                                   "0x7f.0.0.1",
                                   "2130706433",
                                   "0x7f000001",
                                   "017700000001",
                                   "0",
                                   "0.0.0.0",
                                   "[::]",
                                   "[::1]",
                                   "[::ffff:127.0.0.1]",
                                   "[::ffff:7f00:1]",
                                   "[::127.0.0.1]",
                                   "[64:ff9b::7f00:1]",
                                   "[2002:7f00:1::1]",
                                   "169.254.169.254",
                                   "[fd00:ec2::254]",
                                   "[fe80::1]",
                                   "10.0.0.1",
                                   "172.16.0.1",
                                   "192.168.0.1",
                                   "100.100.100.200",
                                   "198.18.0.1",
                                   "224.0.0.1",
                                   "255.255.255.255",
                                   "rebound.example",
                                   "mapped.example"}) {
        INFO(host);
        FetchRequest request = request_to("http://" + host + port + "/", AddressRule::public_only);
        request.deadline = std::chrono::milliseconds(2000);
        const auto response = fetcher.fetch(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == ErrorCode::refused);
    }
    CHECK(server.connections() == 0);
}

TEST_CASE("a public name whose address changes to a private one is not followed there",
          "[http_client][ssrf][mutant:fetch-address]") {
    LoopbackServer server([](const std::string&) { return http_answer(200, "secret"); });
    const std::string name = "rebound.example:" + std::to_string(server.port());
    CurlSettings settings;
    settings.hosts = {"+" + name + ":192.0.2.1,127.0.0.1"};  // the look-up gives both
    CurlFetcher fetcher(settings);
    const auto response =
        fetcher.fetch(request_to("http://" + name + "/", AddressRule::public_only));
    REQUIRE_FALSE(response);
    CHECK(response.error().code == ErrorCode::refused);
    CHECK(server.connections() == 0);
}

TEST_CASE("under the loopback rule nothing else is connected to", "[http_client][ssrf]") {
    CurlFetcher fetcher;
    for (const std::string url :
         {"http://192.0.2.1/", "http://10.0.0.1/", "http://[2001:db8::1]/"}) {
        CHECK(fetcher.fetch(request_to(url, AddressRule::loopback_only)).error().code ==
              ErrorCode::refused);
    }
}

TEST_CASE("a body is read up to its limit and no further", "[http_client][mutant:fetch-size]") {
    LoopbackServer server([](const std::string& request) {
        if (has(request, "/chunked")) {
            std::string answer = "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n";
            for (int i = 0; i < 64; ++i) answer += "400\r\n" + std::string(1024, 'a') + "\r\n";
            return answer + "1\r\na\r\n0\r\n\r\n";
        }
        return http_answer(200, std::string(has(request, "/fits") ? 65536 : 65537, 'a'));
    });
    CurlFetcher fetcher;
    CHECK(fetcher.fetch(request_to(server.url("/fits"))).value().body.size() == 65536);
    CHECK(fetcher.fetch(request_to(server.url("/over"))).error().code == ErrorCode::offline);
    CHECK(fetcher.fetch(request_to(server.url("/chunked"))).error().code == ErrorCode::offline);
}

TEST_CASE("an endless header is not read to its end", "[http_client]") {
    LoopbackServer server([](const std::string&) {
        std::string headers;
        for (int i = 0; i < 5000; ++i) headers += "X-Many: value\r\n";
        return http_answer(200, "{}", headers);
    });
    CurlFetcher fetcher;
    CHECK(fetcher.fetch(request_to(server.url())).error().code == ErrorCode::offline);
}

TEST_CASE("a peer that says nothing is left at the deadline", "[http_client]") {
    std::promise<void> leave;
    const std::shared_future<void> left = leave.get_future().share();
    LoopbackServer server([&](const std::string&) {
        left.wait();
        return std::string();
    });
    CurlFetcher fetcher;
    FetchRequest request = request_to(server.url());
    request.deadline = std::chrono::milliseconds(100);
    CHECK(fetcher.fetch(request).error().code == ErrorCode::offline);
    leave.set_value();
}

TEST_CASE("a peer that is away, hangs up or speaks another language is offline", "[http_client]") {
    CurlFetcher fetcher;
    const std::string closed = "http://127.0.0.1:" + std::to_string(tests::free_port()) + "/";
    CHECK(fetcher.fetch(request_to(closed)).error().code == ErrorCode::offline);
    for (const std::string answer : {"", "220 mail.example ESMTP\r\n",
                                     "HTTP/1.1 200 X\r\nContent-Length: 100\r\n"
                                     "Connection: close\r\n\r\nshort"}) {
        LoopbackServer server([&](const std::string&) { return answer; });
        FetchRequest request = request_to(server.url());
        request.deadline = std::chrono::milliseconds(2000);
        CHECK(fetcher.fetch(request).error().code == ErrorCode::offline);
    }
}

TEST_CASE("a redirect is an answer, unless one was asked for; and one is followed",
          "[http_client][redirect]") {
    LoopbackServer server([](const std::string& request) {
        if (has(request, "GET /there")) return http_answer(200, "arrived");
        if (has(request, "GET /loop")) return http_answer(302, "", "Location: /loop\r\n");
        return http_answer(302, "", "Location: /there\r\n");
    });
    CurlFetcher fetcher;
    CHECK(fetcher.fetch(request_to(server.url("/here")))->status == 302);
    FetchRequest request = request_to(server.url("/here"));
    request.redirects = Redirects::one_of_same_origin;
    CHECK(fetcher.fetch(request)->body == "arrived");
    request.url = server.url("/loop");
    CHECK(fetcher.fetch(request)->status == 302);
    request.method = FetchMethod::post;
    request.url = server.url("/here");
    CHECK(fetcher.fetch(request)->status == 302);
}

TEST_CASE("no redirect leads to another origin",
          "[http_client][redirect][mutant:fetch-redirect-origin]") {
    LoopbackServer other([](const std::string&) { return http_answer(200, "elsewhere"); });
    for (const std::string& target :
         {other.url("/"), "http://localhost:" + std::to_string(other.port()) + "/",
          std::string("file:///etc/passwd"), std::string("ftp://127.0.0.1/"),
          std::string("http://user@127.0.0.1/")}) {
        INFO(target);
        LoopbackServer server([&](const std::string&) {
            return http_answer(302, "", "Location: " + target + "\r\n");
        });
        CurlFetcher fetcher;
        FetchRequest request = request_to(server.url());
        request.redirects = Redirects::one_of_same_origin;
        CHECK_FALSE(fetcher.fetch(request));
    }
    CHECK(other.connections() == 0);
}

TEST_CASE("a header with a line break is not sent", "[http_client][mutant:fetch-header-break]") {
    LoopbackServer server([](const std::string&) { return http_answer(200, "{}"); });
    CurlFetcher fetcher;
    FetchRequest request = request_to(server.url());
    request.headers = {{"X-Name", "value\r\nX-Other: value"}};
    CHECK(fetcher.fetch(request).error().code == ErrorCode::usage);
    request.headers = {};
    request.authorization = core::SecretText::copy_of("Bearer a\nX-Other: b");
    CHECK(fetcher.fetch(request).error().code == ErrorCode::usage);
    CHECK(server.requests() == 0);
}

TEST_CASE("the environment's proxy is used by who wants it, and by nobody else",
          "[http_client][proxy]") {
    LoopbackServer proxy([](const std::string& request) { return http_answer(200, request); });
    LoopbackServer server([](const std::string&) { return http_answer(200, "direct"); });
    ::setenv("http_proxy", proxy.url("").c_str(), 1);
    CurlFetcher without;
    CHECK(without.fetch(request_to(server.url()))->body == "direct");
    CurlSettings settings;
    settings.proxies = Proxies::from_environment;
    CurlFetcher with(settings);
    CHECK(with.fetch(request_to("http://name.example/path"))
              ->body.starts_with("GET http://name.example/path HTTP/1.1\r\n"));
    ::unsetenv("http_proxy");
}

TEST_CASE("a proxy that is not reached is named, and a server is not taken for one",
          "[http_client][proxy]") {
    const std::string closed = "127.0.0.1:" + std::to_string(tests::free_port());
    CurlSettings settings;
    settings.proxies = Proxies::from_environment;
    CurlFetcher fetcher(settings);
    const std::string direct = fetcher.fetch(request_to("http://" + closed)).error().message;
    CHECK_FALSE(has(direct, "proxy"));
    CHECK_FALSE(has(direct, "http://"));
    for (const std::string& proxy : {closed, std::string("nowhere.invalid:3128")}) {
        ::setenv("http_proxy", ("http://user:secret@" + proxy).c_str(), 1);
        const std::string message =
            fetcher.fetch(request_to("http://127.0.0.2:9/")).error().message;
        ::unsetenv("http_proxy");
        INFO(message);
        CHECK(has(message, "by the proxy that the environment names: "));
        CHECK(has(message, proxy.substr(0, proxy.find(':'))));
        CHECK_FALSE(has(message, "secret"));
    }
}

TEST_CASE("many threads may fetch at once", "[http_client]") {
    LoopbackServer server([](const std::string& request) {
        return http_answer(200, request.substr(4, request.find(' ', 4) - 4));
    });
    CurlFetcher fetcher;
    std::vector<std::future<bool>> all;
    for (int i = 0; i < 8; ++i) {
        all.push_back(std::async(std::launch::async, [&, i] {
            for (int n = 0; n < 25; ++n) {
                const std::string path = "/" + std::to_string(i) + "-" + std::to_string(n);
                const auto response = fetcher.fetch(request_to(server.url(path)));
                if (!response || response->body != path) return false;
            }
            return true;
        }));
    }
    for (auto& one : all) CHECK(one.get());
    CHECK(server.connections() <= 8);
}

}  // namespace sparekey::sync
