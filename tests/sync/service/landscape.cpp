#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <thread>

namespace sparekey::tests {

Landscape::Landscape(const std::string& origin, const std::string& store) : server(store) {
    if (!origin.empty()) server.set_origin(origin);
    start();
}

Landscape::Landscape(const TrustedAuthority& authority) {
    server.set_origin("https://127.0.0.1:" + std::to_string(server.port()));
    start(authority.lines());
}

void Landscape::start(const std::string& more_lines) {
    server.configure("log_level = \"debug\"\n" + provider.lines() + more_lines);
    server.set_sign_up("open");
    server.start();
}

void Landscape::confirm(RunningCommand& login, const std::string& name,
                        ScriptedPerson::Says answer) const {
    const auto event = login.line();
    REQUIRE(event);
    ScriptedPerson person(server.origin(), name);
    const std::string verification = json_text(*event, "verification_uri_complete");
    if (!verification.empty()) {
        person.confirm(verification, answer);
        return;
    }
    const std::string led = person.confirm(json_text(*event, "authorize_uri"), answer);
    if (led.starts_with("http://127.0.0.1:")) {
        person.visit(led);
    } else {
        login.type(ScriptedPerson::pasted_code(led) + "\n");
    }
}

std::vector<std::string> Landscape::login_line(std::vector<std::string> more) const {
    std::vector<std::string> line{"login", server.origin(), "--json"};
    line.insert(line.end(), more.begin(), more.end());
    return line;
}

Outcome Landscape::log_in(const Home& home, const std::string& name,
                          std::vector<std::string> more) const {
    more.insert(more.end(), {"--password-file", home.file("password")});
    RunningCommand login(home, login_line(std::move(more)));
    confirm(login, name);
    return login.finish();
}

MemberHome::MemberHome(const Landscape& there) {
    kit = home.init();
    REQUIRE(home.run({"add", "GitHub", "--username", "alice", "--generate"}).status == 0);
    const Outcome login = there.log_in(home, "alice");
    INFO(login.err);
    REQUIRE(login.status == 0);
    account = json_text(login.out, "account");
}

std::string MemberHome::write(const std::string& name, const std::string& member) const {
    write_text(home.file(name), json_text(kit, member) + "\n");
    return home.file(name);
}

void MemberHome::let_in(const Landscape& there, const Home& device) const {
    const Outcome joined = there.log_in(
        device, "alice", {"--paste", "--secret-key-file", write("secret-key", "secret_key")});
    INFO(joined.err);
    REQUIRE(joined.status == 0);
}

std::string own_id(const Home& home) {
    const std::string list = home.run({"devices", "--json"}).out;
    const auto own = list.rfind("\"id\":\"", list.find("\"current\":true"));
    return list.substr(own + 6, 26);
}

bool becomes_true(const std::function<bool()>& condition) {
    using Clock = std::chrono::steady_clock;
    for (const auto end = Clock::now() + std::chrono::seconds(120); Clock::now() < end;) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return false;
}

bool comes_to(const Home& home, const std::string& title, const std::string& user) {
    return becomes_true([&] {
        return home.run_bare({"get", title, "username"}).out == user + "\n";
    });
}

}  // namespace sparekey::tests
