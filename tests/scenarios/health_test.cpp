// `health`: what is wrong with a vault's passwords, with a list of breached ones and without.
#include "cli/breaches/breach_list.h"
#include "tests/support/keyed_home.h"
#include "tests/support/long_breach_list.h"
#include "tests/support/loopback_server.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mutex>

namespace sparekey::tests {
namespace {

constexpr const char* kStrong = "wK7#tq9!Vz2@hR5$mX8&";
constexpr const char* kPasswordHash = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";  // of "password"

void add_item(const Home& home, const std::string& document) {
    REQUIRE(home.run({"add", "--stdin"}, document).status == 0);
}

void fill_with_weak(const Home& home) {
    add_item(home, R"({"title":"Weak","password":"password","totp":"JBSWY3DPEHPK3PXP"})");
    add_item(home, std::string(R"({"title":"One","password":")") + kStrong +
                       R"(","fields":[{"name":"second_factor","value":"device:pixel"}]})");
    add_item(home, std::string(R"({"title":"Two","type":"api-token","password":")") + kStrong +
                       R"(","fields":[{"name":"expires","value":"2020-01-01"}]})");
    add_item(home, R"({"title":"Bare","password":"Jq4^nB7*sD1%fG6+kL3"})");
    add_item(home,
             R"({"title":"Fine","password":"eT8!uY2@iO5#pA9$zX4&","totp":"JBSWY3DPEHPK3PXP"})");
    add_item(home, R"({"title":"Trashed","password":"password"})");
    REQUIRE(home.run({"rm", "trashed"}).status == 0);
}

/// The problems of the item, as the JSON has them.
std::string problems(const std::string& json, const std::string& title) {
    const auto at = json.find("\"title\":\"" + title + "\",\"problems\":[");
    if (at == std::string::npos) return "none";
    const auto begin = json.find('[', at) + 1;
    return json.substr(begin, json.find(']', begin) - begin);
}

void configure(const Home& home, const std::string& url) {
    REQUIRE(home.run_program("/bin/mkdir", {"-p", home.file(".config/sparekey")}).status == 0);
    write_text(home.file(".config/sparekey/config.toml"),
               "[health]\nrange_url = \"" + url + "\"\n");
}

std::string rest_of_hash() {
    return std::string(kPasswordHash).substr(5);
}

/// What was asked of the range service.
struct Asked {
    std::mutex mutex;
    std::vector<std::string> requests;

    LoopbackServer::Answer answering(int status, const std::string& body) {
        return [this, status, body](const std::string& request) {
            const std::lock_guard<std::mutex> lock(mutex);
            requests.push_back(request);
            return http_answer(status, body);
        };
    }
};

}  // namespace

TEST_CASE("health names what is reused, weak, unprotected and expiring", "[scenario][health]") {
    const Home home;
    home.init();
    fill_with_weak(home);
    const Outcome found = home.run({"health", "--json"});
    CHECK(found.status == 0);
    CHECK(problems(found.out, "Weak") == R"("weak")");
    CHECK(problems(found.out, "One") == R"("reused")");
    CHECK(problems(found.out, "Two") == R"("reused","expiring")");
    CHECK(problems(found.out, "Bare") == R"("no_second_factor")");
    CHECK(problems(found.out, "Fine") == "none");
    CHECK(problems(found.out, "Trashed") == "none");
    CHECK(has(found.out, R"("counts":{"reused":2,"weak":1,"old":0,"breached":0,)"
                         R"("no_second_factor":1,"expiring":1}})"));
    CHECK_FALSE(has(found.out, kStrong));
    const Outcome checked = home.run({"health", "--check", "--json"});
    CHECK(checked.status == 6);
    CHECK(checked.out == found.out);
    CHECK(has(home.run({"health"}).out, "Two\treused, expiring\n"));

    REQUIRE(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare({"health", "--json"}).out == found.out);
    CHECK(home.run({"agent", "--stop"}).status == 0);
}

TEST_CASE("while health looks through a vault, others are answered", "[scenario][health]") {
    const Home home;
    home.init();
    constexpr int kItems = 1500;
    std::string rows = "name,url,username,password\n";
    for (int i = 0; i < kItems; ++i) {
        const std::string number = std::to_string(i);
        rows += "item " + number + ",,alice," + kStrong + number + "\n";
    }
    write_text(home.file("rows.csv"), rows);
    REQUIRE(home.run({"import", "chrome-csv", home.file("rows.csv")}).status == 0);
    REQUIRE(home.run({"unlock"}).status == 0);

    const int health = begin(home, {"health", "--json"}, "found");
    const auto is_running = [health] {
        siginfo_t ended{};
        ::waitid(P_PID, static_cast<id_t>(health), &ended, WEXITED | WNOHANG | WNOWAIT);
        return ended.si_pid == 0;
    };
    std::size_t meanwhile = 0;
    while (is_running()) {
        CHECK(home.run_bare({"get", "item 7", "username"}).out == "alice\n");
        if (is_running()) ++meanwhile;
    }
    CHECK(status_of(health) == 0);
    CHECK(meanwhile > 1);  // one may have come before health's question
    const std::string found = read_text(home.file("found"));
    CHECK(has(found, "\"reused\":0,\"weak\":0,"));
    CHECK(has(found, "\"no_second_factor\":" + std::to_string(kItems) + ","));

    // An edit meanwhile does not break it off.
    const int again = begin(home, {"health", "--json"}, "found");
    CHECK(home.run_bare({"edit", "item 7", "--username", "bob"}).status == 0);
    CHECK(status_of(again) == 0);
    CHECK(home.run({"agent", "--stop"}).status == 0);
}

TEST_CASE("a vault without a problem passes the check", "[scenario][health]") {
    const Home home;
    home.init();
    const Outcome empty = home.run({"health", "--check", "--json"});
    CHECK(empty.status == 0);
    CHECK(has(empty.out, R"({"items":[],"counts":{"reused":0)"));
    add_item(home, R"({"title":"Note","type":"note","notes":"password"})");
    add_item(home, std::string(R"({"title":"One","totp":"JBSWY3DPEHPK3PXP","password":")") +
                       kStrong + "\"}");
    CHECK(home.run({"health", "--check"}).status == 0);
}

TEST_CASE("a password that was not changed for three years is old", "[scenario][health]") {
    const Home home;
    home.init();
    write_text(home.file("old.json"),
               std::string(R"({"sparekey_export":1,"exported":"2020-01-01T00:00:00Z","items":[
        {"id":"korcrq46rubf3tl2kvizugwlve","title":"Old","totp":"JBSWY3DPEHPK3PXP","password":")") +
                   kStrong +
                   R"(","created":"2019-01-01T00:00:00Z","modified":"2019-01-01T00:00:00Z"}]})");
    REQUIRE(home.run({"import", "json", home.file("old.json")}).status == 0);
    CHECK(problems(home.run({"health", "--json"}).out, "Old") == R"("old")");
    REQUIRE(home.run({"edit", "old", "--generate"}).status == 0);
    CHECK(problems(home.run({"health", "--json"}).out, "Old") == "none");
}

TEST_CASE("a copy of the list names breached passwords", "[scenario][health]") {
    const Home home;
    home.init();
    fill_with_weak(home);
    write_text(home.file("list"), "000000005AD76BD555C1D6D771DE417A4B87E4B4:10\r\n" +
                                      std::string(kPasswordHash) + ":3861493\r\n");
    const std::vector<std::string> command = {"health", "--breaches", home.file("list"), "--json"};
    const Outcome found = home.run(command);
    CHECK(found.status == 0);
    CHECK(problems(found.out, "Weak") == R"("weak","breached")");
    CHECK(has(found.out, R"("breached":1)"));

    REQUIRE(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare(command).out == found.out);
    write_text(home.file("list"), "hello\n");
    CHECK(home.run_bare(command).status == 2);
    CHECK(home.run({"agent", "--stop"}).status == 0);
    CHECK(home.run(command).status == 2);
    write_text(home.file("list"), "");
    CHECK(home.run(command).status == 2);
    CHECK(home.run({"health", "--breaches", home.path()}).status == 2);
    CHECK(home.run({"health", "--breaches", home.file("nowhere")}).status == 3);
}

TEST_CASE("the program searches a list of 44 GB", "[scenario][health]") {
    const Home home;
    home.init();
    add_item(home, R"({"title":"Weak","password":"password","totp":"JBSWY3DPEHPK3PXP"})");
    const LongBreachList list(kPasswordHash);
    const int file = ::open(home.file("list").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(file >= 0);
    REQUIRE(::ftruncate(file, static_cast<off_t>(list.size())) == 0);
    // Only what the search reads is on the disk: the rest is a hole.
    const cli::BreachFile search(
        [&](std::uint64_t offset, core::MutableBytes into) {
            const std::size_t size = list.read(offset, into);
            REQUIRE(::pwrite(file, into.data(), size, static_cast<off_t>(offset)) ==
                    static_cast<ssize_t>(size));
            return size;
        },
        list.size());
    REQUIRE(*search.holds(kPasswordHash));
    ::close(file);
    const Outcome found = home.run({"health", "--breaches", home.file("list"), "--json"});
    CHECK(found.status == 0);
    CHECK(problems(found.out, "Weak") == R"("weak","breached")");
    CHECK(found.peak_kib < 100 * 1024 + kSanitizer_kib);
}

TEST_CASE("online, the service is told five digits of each hash and nothing else",
          "[scenario][health]") {
    const Home home;
    home.init();
    fill_with_weak(home);
    Asked asked;
    const LoopbackServer service(asked.answering(
        200, "0018A45C4D1DEF81644B54AB7F969B88D65:10\r\n" + rest_of_hash() + ":3861493\r\n"));
    configure(home, service.url("/range/"));
    const Outcome found = home.run({"health", "--online", "--json"});
    CHECK(found.status == 0);
    CHECK(problems(found.out, "Weak") == R"("weak","breached")");
    CHECK(problems(found.out, "One") == R"("reused")");
    CHECK(asked.requests.size() == 4);  // distinct passwords
    CHECK(service.connections() == 1);
    std::string all;
    for (const std::string& request : asked.requests) {
        all += request;
        CHECK(request.starts_with("GET /range/"));
        CHECK(request.find(" HTTP/1.1\r\n") == std::string("GET /range/12345").size());
        CHECK(has(request, "Add-Padding: true\r\n"));
        CHECK(request.ends_with("\r\n\r\n"));
    }
    CHECK(has(all, "GET /range/5BAA6 "));
    CHECK_FALSE(has(all, rest_of_hash()));
    CHECK_FALSE(has(all, "password"));

    REQUIRE(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare({"health", "--online", "--json"}).out == found.out);
    CHECK(home.run({"agent", "--stop"}).status == 0);
}

TEST_CASE("without --online nobody is asked", "[scenario][health]") {
    const Home home;
    home.init();
    fill_with_weak(home);
    Asked asked;
    const LoopbackServer service(asked.answering(200, ""));
    configure(home, service.url("/range/"));
    CHECK(home.run({"health"}).status == 0);
    CHECK(service.connections() == 0);
}

TEST_CASE("nothing but a prefix is handed on to the service",
          "[scenario][health][mutant:breach-prefix]") {
    const Home home;
    Asked asked;
    const LoopbackServer service(asked.answering(200, "x"));
    configure(home, service.url("/range/"));
    const std::string program = program_path();
    const std::string helper =
        program.substr(0, program.rfind("/bin/")) + "/libexec/sparekey/sparekey-online";
    const auto ask = [&](const std::string& line) {
        return home.run_program(helper, {"breach-ranges"}, line);
    };
    CHECK(ask("5BAA6\n").out == "1\nx");
    for (const char* line : {kPasswordHash, "5BAA61\n", "5BAA\n", "5BAA/\n", "../..\n"}) {
        CHECK(ask(line).status == 2);
    }
    CHECK(asked.requests.size() == 1);
}

TEST_CASE("a service that is away or refuses is offline, and one in the clear is refused",
          "[scenario][health][mutant:breach-plain-http]") {
    const Home home;
    home.init();
    fill_with_weak(home);
    configure(home, "http://127.0.0.1:" + std::to_string(free_port()) + "/range/");
    const Outcome away = home.run({"health", "--online", "--json"});
    CHECK(away.status == 7);
    CHECK(away.out.empty());
    Asked asked;
    const LoopbackServer service(asked.answering(503, "busy"));
    configure(home, service.url("/range/"));
    CHECK(home.run({"health", "--online"}).status == 7);
    configure(home, "http://pwned.example/range/");
    CHECK(home.run({"health", "--online"}).status == 2);
    configure(home, "range");
    CHECK(home.run({"health", "--online"}).status == 2);
}

}  // namespace sparekey::tests
