// The agent as people and scripts meet it: the same answers, no password, and nothing after `lock`.
#include "tests/support/agent_peer.h"
#include "tests/support/program.h"
#include "tests/support/running_command.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

/// A vault with two items, unlocked in the agent.
class OpenHome : public Home {
  public:
    explicit OpenHome(const std::vector<std::string>& unlock = {"unlock"}) {
        init();
        run({"add", "GitHub", "--username", "alice", "--url", "https://github.com", "--tag", "work",
             "--stdin"},
            R"({"password":"first secret","totp":"JBSWY3DPEHPK3PXP",)"
            R"("fields":[{"name":"pin","value":"1234","secret":true}],"recovery_codes":["aa","bb"]})");
        run({"add", "Mail", "--username", "alice", "--stdin"}, R"({"password":"second secret"})");
        REQUIRE(run(unlock).status == 0);
    }
    std::string socket() const { return runtime_folder() + "/agent.sock"; }
    pid_t agent() const { return AgentPeer(socket()).process(); }
};

/// Waits for what will be true soon; false after ten seconds.
template <class Condition>
bool becomes(Condition condition) {
    for (int tries = 0; tries < 1000; ++tries) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

}  // namespace

TEST_CASE("with an unlocked agent nobody is asked for a password", "[scenario][agent]") {
    const OpenHome home;
    CHECK(home.run_bare({"get", "github", "password"}).out == "first secret\n");
    CHECK(has(home.run_bare({"find", "git"}).out, "GitHub"));
    CHECK(home.run_bare({"otp", "github", "--json"}).status == 0);
    CHECK(home.run_bare({"edit", "mail", "--username", "bob"}).status == 0);
    CHECK(home.run_bare({"get", "mail", "username"}).out == "bob\n");
    CHECK(home.run_bare({"add", "New", "--generate"}).status == 0);
    CHECK(home.run_bare({"rm", "new"}).status == 0);
    CHECK(home.run_bare({"restore", "new"}).status == 0);
    CHECK(home.run_bare({"rm", "new"}).status == 0);
    CHECK(has(home.run_bare({"trash", "empty", "--yes", "--json"}).out, R"("destroyed":1)"));
    CHECK(home.run_bare({"history", "mail", "--revert", "username@1"}).status == 0);
    CHECK(home.run_bare({"get", "mail", "username"}).out == "alice\n");
    CHECK(home.run_bare({"get", "github", "recovery-code"}).out == "aa\n");
    CHECK(home.run_bare({"get", "github", "recovery-code", "--peek"}).out == "bb\n");
    const std::string status = home.run_bare({"status", "--json"}).out;
    CHECK(has(status, R"("locked":false,"items":2)"));
    CHECK(home.run_bare({"doctor"}).status == 0);
}

TEST_CASE("the agent answers as a command of its own would", "[scenario][agent]") {
    const OpenHome home;
    home.run({"edit", "github", "--username", "carol"});
    write_text(home.file("note.txt"), std::string(100'000, 'x') + "end\n");
    REQUIRE(home.run_bare({"attach", "github", home.file("note.txt")}).status == 0);
    const std::vector<std::vector<std::string>> questions = {
        {"get", "github"},
        {"get", "github", "--json"},
        {"get", "github", "pin", "--json"},
        {"get", "github", "nothing"},
        {"get", "a"},
        {"get", "alice"},
        {"get", "nobody", "--json"},
        {"find", "--json"},
        {"find", "hub", "--json"},
        {"find", "gthub"},
        {"find", "--tag", "work"},
        {"trash", "--json"},
        {"history", "github", "--json"},
        {"history", "github", "--revert", "password@9"},
        {"conflicts", "--json"},
        {"attachments", "github", "--json"},
        {"attachment", "github", "note.txt"},
        {"attachment", "github", "other.txt"},
        {"edit", "github", "--sign-in-with", "nonsense"},
        {"add", ""},
        {"restore", "github"},
        {"status", "--json"},
        {"doctor", "--json"},
    };
    std::vector<Outcome> by_agent;
    for (const auto& question : questions) by_agent.push_back(home.run_bare(question));
    REQUIRE(home.run_bare({"lock"}).status == 0);
    for (std::size_t i = 0; i < questions.size(); ++i) {
        INFO(questions[i][0] << " " << (questions[i].size() > 1 ? questions[i][1] : ""));
        const Outcome alone = home.run(questions[i]);
        CHECK(by_agent[i].status == alone.status);
        CHECK(by_agent[i].out == alone.out);
        CHECK(by_agent[i].err == alone.err);
    }
}

TEST_CASE("lock leaves no process that held a key", "[scenario][agent]") {
    const OpenHome home;
    const pid_t agent = home.agent();
    REQUIRE(workers_of(agent).size() == 1);
    const pid_t worker = workers_of(agent).front();
    CHECK(home.run_bare({"lock"}).status == 0);
    CHECK(::kill(worker, 0) != 0);
    CHECK(::kill(agent, 0) == 0);
    CHECK(home.run_bare({"get", "github", "password"}).status == 5);
    CHECK(has(home.run_bare({"status", "--json"}).out, R"("locked":true)"));
    CHECK(home.run_bare({"lock"}).status == 0);
    CHECK(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare({"get", "github", "password"}).status == 0);
}

TEST_CASE("an unused vault is locked when its time is over; looking is no use",
          "[scenario][agent]") {
    const OpenHome home({"unlock", "--timeout", "1s"});
    CHECK(home.run_bare({"get", "github", "password"}).status == 0);
    const pid_t agent = home.agent();
    CHECK(becomes([&] {
        home.run_bare({"status"});
        return workers_of(agent).empty();
    }));
    CHECK(home.run_bare({"get", "github", "password"}).status == 5);
    CHECK(home.run({"unlock", "--timeout", "soon"}).status == 2);
    REQUIRE(home.run({"unlock", "--timeout", "1s"}).status == 0);
    // While it is open, another time needs no password.
    CHECK(home.run_bare({"unlock", "--timeout", "1h"}).status == 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(1300));
    CHECK(home.run_bare({"get", "github", "password"}).status == 0);
}

TEST_CASE("SIGHUP locks, SIGTERM ends the agent", "[scenario][agent]") {
    const OpenHome home;
    const pid_t agent = home.agent();
    ::kill(agent, SIGHUP);
    CHECK(becomes([&] { return workers_of(agent).empty(); }));
    CHECK(home.run_bare({"get", "github", "password"}).status == 5);
    REQUIRE(home.run({"unlock"}).status == 0);
    ::kill(agent, SIGTERM);
    CHECK(becomes([&] { return !fs::exists(home.socket()); }));
    CHECK(home.run_bare({"get", "github", "password"}).status == 5);
}

TEST_CASE("commands that change or show keys verify the password, agent or not",
          "[scenario][agent]") {
    const OpenHome home;
    write_text(home.file("new"), "another battery horse staple\n");
    write_text(home.file("wrong"), "not the password\n");
    const std::vector<std::vector<std::string>> guarded = {
        {"passwd", "--new-password-file", home.file("new")},
        {"slots", "add", "keyfile", home.file("key")},
        {"kit"},
        {"export", "--yes"},
    };
    for (std::vector<std::string> command : guarded) {
        INFO(command[0]);
        CHECK(home.run_bare(command).status == 5);
        command.push_back("--password-file");
        command.push_back(home.file("wrong"));
        CHECK(home.run_bare(command).status == 5);
        command.back() = home.file("password");
        CHECK(home.run_bare(command).status == 0);
        if (command[0] == "passwd") {
            write_text(home.file("password"), read_text(home.file("new")));
        }
        // The agent stepped aside, and goes on.
        CHECK(home.run_bare({"get", "mail", "password"}).out == "second secret\n");
    }
    CHECK(home.run_bare({"unlock", "--password-file", home.file("wrong")}).status == 5);
    CHECK(home.run({"unlock"}).status == 0);
}

TEST_CASE("a vault that the agent holds is in use for --no-agent", "[scenario][agent]") {
    const OpenHome home;
    const Outcome refused = home.run({"--no-agent", "get", "github", "password"});
    CHECK(refused.status == 1);
    CHECK(has(refused.err, "sparekey agent"));
    // --password-file - takes its line, and the document is the rest.
    CHECK(home.run_bare({"edit", "mail", "--password-file", "-", "--stdin"},
                        "ignored\n{\"username\":\"dora\"}\n")
              .status == 0);
    CHECK(home.run_bare({"get", "mail", "username"}).out == "dora\n");
}

TEST_CASE("an agent that was killed leaves no wedge", "[scenario][agent]") {
    const OpenHome home;
    const pid_t agent = home.agent();
    const pid_t worker = workers_of(agent).at(0);
    ::kill(agent, SIGKILL);
    CHECK(becomes([&] { return ::kill(worker, 0) != 0; }));
    CHECK(fs::exists(home.socket()));
    CHECK(home.run_bare({"get", "github", "password"}).status == 5);
    CHECK(home.run({"get", "github", "password"}).out == "first secret\n");
    CHECK(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare({"get", "github", "password"}).status == 0);
    // The worker alone: the vault is locked then, no more.
    ::kill(workers_of(home.agent()).at(0), SIGKILL);
    CHECK(becomes([&] { return workers_of(home.agent()).empty(); }));
    CHECK(home.run_bare({"get", "github", "password"}).status == 5);
    CHECK(home.run({"unlock"}).status == 0);
}

TEST_CASE("whoever asks an agent that is being killed gets a new one, or no answer that is wrong",
          "[scenario][agent]") {
    const OpenHome home;
    // A process that is stopped is greeted as one that is being killed: it answers no more.
    const auto while_it_is_killed = [&](const std::vector<std::string>& arguments, pid_t dying) {
        ::kill(dying, SIGSTOP);
        RunningCommand command(home, arguments);
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        ::kill(dying, SIGKILL);
        return command.finish();
    };
    const std::vector<std::string> unlock = {"unlock", "--password-file", home.file("password")};
    const pid_t agent = home.agent();
    CHECK(while_it_is_killed(unlock, agent).status == 0);
    CHECK(home.agent() != agent);
    CHECK(home.run_bare({"get", "github", "password"}).out == "first secret\n");
    CHECK(while_it_is_killed(unlock, workers_of(home.agent()).at(0)).status == 0);
    CHECK(home.run_bare({"get", "github", "password"}).out == "first secret\n");
    CHECK(while_it_is_killed({"lock"}, home.agent()).status == 0);
    CHECK(home.run_bare({"get", "github", "password"}).status == 5);
}

TEST_CASE("an agent that can be reached no more locks by itself", "[scenario][agent]") {
    const OpenHome home;
    const pid_t worker = workers_of(home.agent()).at(0);
    SECTION("its socket is gone") {
        fs::remove(home.socket());
    }
    SECTION("its folder is elsewhere") {
        fs::rename(home.runtime_folder(), home.runtime_folder() + ".elsewhere");
    }
    CHECK(becomes([&] { return ::kill(worker, 0) != 0; }));
    CHECK(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare({"get", "github", "password"}).out == "first secret\n");
    CHECK(home.run_bare({"agent", "--stop"}).err == "the agent has ended\n");
    CHECK(home.run_bare({"agent", "--stop"}).err == "no agent runs\n");
}

TEST_CASE("an agent that is reached no more leaves the next one's socket alone",
          "[scenario][agent]") {
    const OpenHome home;
    const pid_t first = home.agent();
    const pid_t worker = workers_of(first).at(0);
    ::kill(first, SIGSTOP);
    fs::rename(home.runtime_folder(), home.runtime_folder() + ".elsewhere");
    REQUIRE(home.run_bare({"agent"}).status == 0);
    const pid_t second = home.agent();
    REQUIRE(second != first);
    ::kill(first, SIGCONT);
    CHECK(becomes([&] { return ::kill(worker, 0) != 0; }));
    CHECK(becomes([&] { return ::kill(first, 0) != 0; }));
    CHECK(home.agent() == second);
    CHECK(home.run({"unlock"}).status == 0);
    CHECK(home.agent() == second);
}

TEST_CASE("what lies at the socket's place and is not ours is refused and left alone",
          "[scenario][agent][mutant:runtime-folder]") {
    const Home home;
    home.init();
    home.run({"add", "GitHub", "--generate"});
    const std::string socket = home.runtime_folder() + "/agent.sock";
    fs::create_directories(home.runtime_folder());
    ::chmod(home.runtime_folder().c_str(), 0700);
    const auto refused = [&] {
        const Outcome got = home.run({"get", "github", "password"});
        const Outcome opened = home.run({"unlock"});
        CHECK(got.status == 8);
        CHECK(opened.status == 8);
        CHECK(home.run({"--no-agent", "get", "github", "password"}).status == 0);
        return got.err;
    };
    write_text(socket, "a file");
    CHECK(has(refused(), "is not a socket"));
    CHECK(read_text(socket) == "a file");
    fs::remove(socket);
    fs::create_symlink("/tmp", socket);
    CHECK(has(refused(), "is not a socket"));
    fs::remove(socket);
    ::chmod(home.runtime_folder().c_str(), 0777);
    CHECK(has(refused(), "is open to others"));
    fs::remove(home.runtime_folder());
    fs::create_directories(home.file("elsewhere"));
    ::chmod(home.file("elsewhere").c_str(), 0700);
    fs::create_symlink(home.file("elsewhere"), home.runtime_folder());
    CHECK(has(refused(), "is not a folder"));
    fs::remove(home.runtime_folder());
    if (::geteuid() != 0) return;
    fs::create_directories(home.runtime_folder());
    ::chmod(home.runtime_folder().c_str(), 0700);
    REQUIRE(::chown(home.runtime_folder().c_str(), 12345, 12345) == 0);
    CHECK(has(refused(), "belongs to another user"));
}

TEST_CASE("many terminals share one agent", "[scenario][agent]") {
    const OpenHome home;
    const std::size_t rounds = count(200);
    std::vector<pid_t> running;
    for (std::size_t i = 0; i < rounds; ++i) {
        const std::string name = "Item " + std::to_string(i);
        const pid_t child = ::fork();
        if (child == 0) home.become({"--quiet", "add", name, "--username", "u", "--generate"});
        running.push_back(child);
        if (running.size() < 20 && i + 1 < rounds) continue;
        for (const pid_t one : running) {
            int status = -1;
            ::waitpid(one, &status, 0);
            CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
        }
        running.clear();
    }
    CHECK(has(home.run_bare({"status", "--json"}).out, R"("items":)" + std::to_string(rounds + 2)));
    CHECK(home.run_bare({"doctor"}).status == 0);
}

TEST_CASE("an import goes through the agent, all or nothing, twice without effect",
          "[scenario][agent]") {
    const OpenHome home;
    std::string csv = "name,url,username,password\n";
    for (int i = 0; i < 300; ++i) {
        csv += "Site " + std::to_string(i) + ",https://s" + std::to_string(i) +
               ".example,u,secret" + std::to_string(i) + "\n";
    }
    write_text(home.file("chrome.csv"), csv);
    const std::vector<std::string> import = {"import", "chrome-csv", home.file("chrome.csv"),
                                             "--json"};
    CHECK(has(home.run_bare(import).out, R"("created":300)"));
    CHECK(has(home.run_bare(import).out, R"("created":0,"updated":0,"unchanged":300)"));
    CHECK(home.run_bare({"get", "site 299", "password"}).out == "secret299\n");
    CHECK(becomes([&] { return !has_unburied_child(workers_of(home.agent()).at(0)); }));
    write_text(home.file("chrome.csv"), csv + "\"unclosed,https://x.example,u,p\n");
    CHECK(home.run_bare(import).status == 2);
    CHECK(has(home.run_bare({"status", "--json"}).out, R"("items":302)"));
}

TEST_CASE("the config starts the agent with any command", "[scenario][agent]") {
    const Home home;
    home.init();
    home.run({"add", "GitHub", "--generate"});
    fs::create_directories(home.file(".config/sparekey"));
    write_text(home.file(".config/sparekey/config.toml"),
               "[agent]\nautostart = true\ntimeout = \"1h\"\n");
    CHECK(home.run_bare({"get", "github", "password"}).status == 5);
    CHECK(home.run({"get", "github", "password"}).status == 0);
    CHECK(home.run_bare({"get", "github", "password"}).status == 0);
}

TEST_CASE("every value that leaves the vault is a line of the audit log", "[scenario][agent]") {
    const OpenHome home;
    home.run_bare({"get", "github"});
    home.run_bare({"get", "github", "username"});
    home.run_bare({"get", "github", "pin"});
    home.run_bare({"otp", "github"});
    home.run_bare({"history", "github"});
    home.run({"export", "--yes"});
    const auto lines = [](const Outcome& outcome) {
        std::vector<std::string> all;
        for (std::size_t at = 0; at < outcome.out.size();) {
            const auto end = outcome.out.find('\n', at);
            all.push_back(outcome.out.substr(at, end - at));
            at = end + 1;
        }
        return all;
    };
    const auto audit = lines(home.run_bare({"audit", "--json"}));
    REQUIRE(audit.size() == 4);
    CHECK(has(audit[0], R"("action":"reveal")"));
    CHECK(has(audit[0], R"("field":null,"by":"get")"));
    CHECK(has(audit[1], R"("field":"pin","by":"get")"));
    CHECK(has(audit[2], R"("field":"totp","by":"otp")"));
    CHECK(has(audit[3], R"("action":"export","item":null,"field":null,"by":"export")"));
    CHECK_FALSE(has(home.run_bare({"audit", "--json"}).out, "first secret"));
    home.run_bare({"lock"});
    CHECK(lines(home.run({"audit", "--json"})) == audit);
}

TEST_CASE("after a wrong password the next attempt finds an agent", "[scenario][agent]") {
    const OpenHome home;
    write_text(home.file("wrong"), "not the password\n");
    for (std::size_t i = 0; i < count(30); ++i) {
        home.run_bare({"lock"});
        CHECK(home.run_bare({"unlock", "--password-file", home.file("wrong")}).status == 5);
        CHECK(home.run({"unlock"}).status == 0);
    }
}

}  // namespace sparekey::tests
