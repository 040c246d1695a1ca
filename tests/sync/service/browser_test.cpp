// What a login opens a browser with: the program's own choice of opener, seen from outside.
#include "tests/support/clipboard.h"
#include "tests/support/loopback_server.h"
#include "tests/support/running_command.h"
#include "tests/sync/service/landscape.h"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <mutex>

namespace sparekey::tests {
namespace {

/// A server of which only the metadata can be asked, and a home whose xdg-open writes down what it
/// was called with.
class Opening {
  public:
    Opening() : server_([this](const std::string&) { return metadata(); }) {
        home.init();
        make_folder(home.file("tools"));
        write_program(home.file("tools/xdg-open"),
                      "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" >>'" + home.file("opened") + "'\n");
        home.environment["PATH"] = home.file("tools") + ":/usr/bin:/bin";
        home.environment["DISPLAY"] = ":9";
    }

    std::string origin() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
    /// As the server names the page; empty: its own.
    void name_page(const std::string& page) {
        const std::lock_guard lock(mutex_);
        page_ = page;
    }
    std::string opened() const { return read_text(home.file("opened")); }

    Home home;

  private:
    std::string metadata() {
        const std::lock_guard lock(mutex_);
        const boost::json::object document{
            {"issuer", origin()},
            {"authorization_endpoint", page_.empty() ? origin() + "/oauth/authorize" : page_},
            {"token_endpoint", origin() + "/oauth/token"},
            {"device_authorization_endpoint", origin() + "/oauth/device_authorization"},
            {"code_challenge_methods_supported", boost::json::array{"S256"}}};
        return http_answer(200, boost::json::serialize(document));
    }

    std::mutex mutex_;
    std::string page_;
    LoopbackServer server_;  // last: it answers by the others
};

}  // namespace

TEST_CASE("a browser is opened at the server's own page, by one argument, and at no other place",
          "[sync][service][login]") {
    Opening opening;
    const std::vector<std::string> login = {"login",           opening.origin(),
                                            "--json",          "--browser",
                                            "--password-file", opening.home.file("password")};
    const std::string own = opening.origin() + "/oauth/authorize";
    for (const std::string& page :
         {std::string("javascript:alert(1)"), std::string("file:///etc/passwd"),
          std::string("--version"), std::string("-e xterm"), std::string("$(touch x)"),
          std::string("https://evil.example/oauth/authorize"), opening.origin() + "@evil.example/",
          "http://127.0.0.1:1@" + own.substr(7), own + "\n--version", own + " --version",
          own + "\x1b]0;x\x07", opening.origin() + "x/oauth/authorize", std::string("data:,x")}) {
        INFO(page);
        opening.name_page(page);
        CHECK(opening.home.run_bare(login).status == 7);
        CHECK_FALSE(std::filesystem::exists(opening.home.file("opened")));
    }
    opening.name_page("");
    RunningCommand waiting(opening.home, login);
    const auto event = waiting.line();
    REQUIRE(event);
    const std::string address = json_text(*event, "authorize_uri");
    CHECK(address.starts_with(own + "?"));
    CHECK(becomes_true([&] { return opening.opened() == "1\n" + address + "\n"; }));
    CHECK(waiting.kill());
}

}  // namespace sparekey::tests
