// The real server, as whoever hosts it and whoever logs in meets it.
#include "sync/protocol/routes.h"
#include "sync/server/store/open.h"
#include "tests/support/login_provider.h"
#include "tests/sync/service/member.h"
#include "tests/sync/service/running_server.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

namespace sparekey::tests {
namespace {

constexpr const char* kDeviceGrant =
    "client_id=sparekey-cli&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=";

/// A provider and a server that know each other.
struct Landscape {
    Landscape() : provider("oidc", {server.origin() + "/login/callback/corp"}) {
        server.configure(provider_lines(provider.origin()));
        server.start();
    }
    RunningServer server;
    LoginProvider provider;
};

/// What tests/browser/login.mjs says.
std::string browse(const RunningServer& server, const std::string& address,
                   const std::string& answer, const std::string& invitation) {
    std::filesystem::create_directories(SPAREKEY_PICTURES);
    const Outcome outcome =
        server.home().run_program(SPAREKEY_NODE_FOLDER "/bin/node",
                                  {SPAREKEY_BROWSER_SCRIPT, SPAREKEY_NODE_FOLDER, address, "alice",
                                   answer, invitation, "--pictures", SPAREKEY_PICTURES});
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return outcome.out;
}

void flip_byte(const std::string& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(at);
    file.put(byte);
}

}  // namespace

TEST_CASE("a person signs a device in through a real provider in a real browser",
          "[sync][service][browser]") {
    Landscape landscape;
    RunningServer& server = landscape.server;
    const auto codes = server.post_form("/oauth/device_authorization",
                                        "client_id=sparekey-cli&device_name=laptop");
    REQUIRE(codes.status == 200);
    const std::string seen = browse(server, json_text(codes.body, "verification_uri_complete"),
                                    "approve", server.invite());
    CHECK(has(seen, json_text(codes.body, "user_code")));
    CHECK(has(seen, "laptop"));
    CHECK(has(seen, "\"complaints\":[]"));
    const auto token =
        server.post_form("/oauth/token", kDeviceGrant + json_text(codes.body, "device_code"));
    REQUIRE(token.status == 200);
    const auto enrolment = server.get("/api/v1/enrolment", json_text(token.body, "access_token"));
    CHECK(has(enrolment.body, "\"may_create\":true"));
    CHECK(has(enrolment.body, landscape.provider.origin() + "#alice"));
    CHECK_FALSE(has(server.log(), json_text(token.body, "access_token")));
    CHECK(server.stop() == 0);
}

TEST_CASE("a person says no in a real browser", "[sync][service][browser]") {
    Landscape landscape;
    RunningServer& server = landscape.server;
    const auto codes = server.post_form("/oauth/device_authorization", "client_id=sparekey-cli");
    const std::string seen =
        browse(server, json_text(codes.body, "verification_uri_complete"), "deny", "");
    CHECK(has(seen, "Refused"));
    const auto token =
        server.post_form("/oauth/token", kDeviceGrant + json_text(codes.body, "device_code"));
    CHECK(json_text(token.body, "error") == "access_denied");
}

TEST_CASE("check names what is wrong with its line, and serve does not start with it",
          "[sync][service]") {
    RunningServer server;
    CHECK(server.command({"check"}).status == 0);
    server.configure("sing_up = \"open\"\n");
    const Outcome checked = server.command({"check"});
    CHECK(checked.status == 2);
    CHECK(has(checked.err, "line 5: there is no key \"sing_up\""));
    CHECK(server.command({"serve"}).status == 2);
    CHECK(server.home()
              .run_program(SPAREKEY_SERVER_PROGRAM, {"check", "--config", "/nowhere"})
              .status == 3);
}

TEST_CASE("check finds what serve would stop at, one mistake a line", "[sync][service]") {
    const Home home;
    const std::string path = home.file("server.toml");
    const auto check = [&](const std::string& lines) {
        write_text(path, "public_url = \"http://127.0.0.1:9\"\n" + lines);
        const Outcome outcome =
            home.run_program(SPAREKEY_SERVER_PROGRAM, {"check", "--config", path});
        CHECK(outcome.status == 2);
        return outcome.err;
    };
    CHECK(has(check("store = \"sqlite:/nonexistent/dir/x.db\"\n"),
              "sparekey-server: " + path +
                  ", line 2: store lies in /nonexistent/dir, which is no folder\n"));
    const std::string two = check("store = \"x\"\nlisten = \"y\"\n");
    CHECK(has(two, "sparekey-server: " + path + ", line 3: listen has to be"));
    CHECK(has(two, "\nsparekey-server: " + path + ", line 2: store has to be"));
    CHECK_FALSE(has(two, "\\x0a"));
    const std::string store = "store = \"sqlite:" + home.file("server.db") + "\"\n";
    const std::string tls = "[tls]\ncertificate = \"/nowhere/c\"\nkey = \"/nowhere/k\"\n";
    CHECK(has(check(store + tls), path + ", line 4: [tls] /nowhere/c: "));
    const Outcome ours = home.run_program(SPAREKEY_SERVER_PROGRAM, {"none"});
    CHECK(ours.err.starts_with("sparekey-server: "));
}

TEST_CASE("a server that listens at localhost, and check, agree", "[sync][service]") {
    RunningServer server;
    const std::string path = server.home().file("server.toml");
    std::string text = read_text(path);
    write_text(path, text.replace(text.find("127.0.0.1"), 9, "localhost"));
    CHECK(server.command({"check"}).status == 0);
    server.start();
    CHECK(server.get("/livez").status == 200);
}

TEST_CASE("a reload that refused something does not say that all is reloaded", "[sync][service]") {
    RunningServer server;
    const std::string key = server.home().file("key"), certificate = server.home().file("pem");
    REQUIRE(server.home()
                .run_program(
                    "/usr/bin/openssl",
                    {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                     "-nodes", "-days", "9", "-subj", "/CN=x", "-keyout", key, "-out", certificate})
                .status == 0);
    server.configure("[tls]\ncertificate = \"" + certificate + "\"\nkey = \"" + key + "\"\n");
    server.start();
    const auto says = [&](const std::string& line) {
        for (int tries = 0; tries < 200 && !has(server.log(), line); ++tries) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return has(server.log(), line);
    };
    write_text(certificate, "no certificate");
    ::kill(server.process(), SIGHUP);
    CHECK(says("certificate refused"));
    CHECK(server.stop() == 0);
    CHECK(says("stopped"));
    CHECK_FALSE(has(server.log(), "reloaded"));
}

TEST_CASE("a server leaves no Unix socket behind", "[sync][service]") {
    RunningServer server;
    const std::string path = server.home().file("socket");
    server.configure("metrics_listen = \"unix:" + path + "\"\n");
    server.start();
    CHECK(std::filesystem::is_socket(path));
    CHECK(server.stop() == 0);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("check looks into a provider's settings", "[sync][service]") {
    RunningServer server;
    server.configure("[[provider]]\nid = \"corp\"\ntype = \"oidc\"\nclient_id = \"x\"\n");
    const Outcome checked = server.command({"check", "--json"});
    CHECK(checked.status == 2);
    CHECK(has(checked.out, "issuer"));
}

TEST_CASE("a server stops in order, answers after a kill, and keeps what it acknowledged",
          "[sync][service]") {
    RunningServer server;
    server.start();
    CHECK(server.get("/livez").status == 200);
    CHECK(server.get("/healthz").status == 200);
    CHECK(server.get("/api/v1/account", "nonsense").status == 401);
    const auto codes = server.post_form("/oauth/device_authorization", "client_id=sparekey-cli");
    server.kill();
    server.start();
    const auto token =
        server.post_form("/oauth/token", kDeviceGrant + json_text(codes.body, "device_code"));
    CHECK(json_text(token.body, "error") == "authorization_pending");
    CHECK(server.stop() == 0);
    CHECK(has(server.log(), "stopped"));
}

TEST_CASE("a backup is made while the server runs, and verified; a flipped byte is told",
          "[sync][service]") {
    RunningServer server;
    server.start();
    server.invite();
    const std::string copy = server.home().file("copy.db");
    REQUIRE(server.command({"backup", copy}).status == 0);
    CHECK(server.command({"backup", copy}).status == 6);
    struct stat status {};
    REQUIRE(::stat(copy.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(server.command({"restore", copy, "--yes"}).status == 6);  // while the server holds it
    CHECK(server.command({"verify"}).status == 0);
    CHECK(server.command({"audit", "--verify"}).status == 0);
    CHECK(has(server.command({"audit"}).out, "\"action\":\"invite\""));
    CHECK(server.stop() == 0);
    CHECK(server.command({"restore", copy}).status == 2);  // nobody to ask
    const std::string aside = server.store_path() + ".before-restore";
    const Outcome restored = server.command({"restore", copy, "--yes", "--json"});
    CHECK(restored.status == 0);
    CHECK(has(restored.out, "\"before\":\"" + aside + "\""));
    CHECK(has(server.command({"restore", copy, "--yes"}).out, "lies in " + aside + "-2"));
    const std::string text = read_text(server.store_path());
    const auto place = text.find("invite");
    REQUIRE(place != std::string::npos);
    flip_byte(server.store_path(), static_cast<std::streamoff>(place));
    CHECK(server.command({"verify"}).status == 8);
    CHECK(server.command({"audit", "--verify"}).status == 8);
}

TEST_CASE("what administration says counts and names its bounds", "[sync][service]") {
    RunningServer server;
    server.invite();
    CHECK(has(server.command({"verify"}).out,
              "0 accounts, 0 commits, 0 records and 1 audit line are as they were written"));
    CHECK(server.command({"audit", "--verify"}).out == "1 line, every chain holds\n");
    CHECK(has(server.command({"invite", "--expires", "99999d"}).err, "at most 3660d"));
    CHECK(server.command({"invite", "--expires", "3660d"}).status == 0);
    const Outcome migrated = server.command({"migrate"});
    CHECK(migrated.status == 2);
    CHECK(has(migrated.err, "sparekey-server: --to is required"));
}

TEST_CASE("a stolen store holds no token that opens anything", "[sync][service]") {
    RunningServer server;
    auto store = sync::open_store("sqlite:" + server.store_path(), sync::Use::server);
    REQUIRE(store);
    Member member(**store, server, 1);
    store->reset();
    server.start();
    const std::string token = member.ask_token(server);
    const auto page = server.try_post(std::string(sync::path::kAccountLink),
                                      std::string(sync::kJsonType), "{}", token);
    REQUIRE(page);
    const std::string link = json_text(page->body, "url").substr(server.origin().size() + 14);
    const auto codes = server.post_form("/oauth/device_authorization", "client_id=sparekey-cli");
    server.kill();  // what lies on the disk then, the log of the database too
    const std::string stolen =
        read_text(server.store_path()) + read_text(server.store_path() + "-wal") + server.log();
    CHECK(has(stolen, member.vault().text()));
    for (const std::string& secret : {token, link, json_text(codes.body, "device_code")}) {
        REQUIRE(secret.size() == 43);
        CHECK_FALSE(has(stolen, secret));
    }
}

TEST_CASE("a store moves to another one, and only into an empty one", "[sync][service]") {
    RunningServer server;
    server.start();
    server.invite();
    CHECK(server.stop() == 0);
    const std::string target = "sqlite:" + server.home().file("moved.db");
    CHECK(server.command({"migrate", "--to", target}).status == 0);
    CHECK(server.command({"migrate", "--to", target}).status == 6);
    CHECK(server.command({"migrate"}).status == 2);
    CHECK(server.command({"accounts", "--json"}).out == "[]\n");
}

}  // namespace sparekey::tests
