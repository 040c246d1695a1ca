// git-credential: spoken by hand, and by git itself against a server that wants a password.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

namespace sparekey::tests {
namespace {

class GitVault : public Home {
  public:
    GitVault() {
        init();
        set({"SPAREKEY_PASSWORD_FILE=" + file("password")});
    }
    void add(const std::string& document) const {
        REQUIRE(run_bare({"add", "--stdin"}, document).status == 0);
    }
    Outcome git(const std::string& action, const std::string& lines) const {
        return run_bare({"git-credential", action}, lines + "\n");
    }
    std::string get(const std::string& lines) const { return git("get", lines).out; }
    std::size_t items() const {
        const std::string listed = run_bare({"find"}).out;
        return static_cast<std::size_t>(std::count(listed.begin(), listed.end(), '\n'));
    }
};

const std::string kHost = "protocol=https\nhost=git.example\n";
const std::string kAlice = "username=alice\npassword=hunter2\n";

/// A repository behind a name and a password, on loopback.
class Server {
  public:
    explicit Server(const Home& home) : home_(home) {
        const std::string repository = home.file("served/repo.git");
        git({"init", "-q", "--bare", repository});
        git({"init", "-q", home.file("work")});
        write_text(home.file("work/file"), "content\n");
        git({"-C", home.file("work"), "add", "."});
        git({"-C", home.file("work"), "-c", "user.name=t", "-c", "user.email=t@t.example", "commit",
             "-qm", "x"});
        git({"-C", home.file("work"), "push", "-q", repository, "HEAD:refs/heads/master"});
        git({"-C", repository, "symbolic-ref", "HEAD", "refs/heads/master"});
        git({"-C", repository, "update-server-info"});
        process_ = ::fork();
        if (process_ == 0) {
            home.become({SPAREKEY_BASIC_AUTH_SERVER, home.file("served"), home.file("secret"),
                         home.file("port")},
                        "/usr/bin/python3");
        }
        while (!std::filesystem::exists(home.file("port"))) {
            REQUIRE(::waitpid(process_, nullptr, WNOHANG) == 0);
            ::usleep(10000);
        }
    }
    ~Server() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    std::string host() const { return "127.0.0.1:" + read_text(home_.file("port")); }
    /// Into a new folder each time, which holds `file` if it worked.
    Outcome clone(std::vector<std::string> options, const std::string& user = {}) {
        const std::string folder = home_.file("clone" + std::to_string(++clones_));
        std::vector<std::string> arguments = std::move(options);
        for (const std::string& one : {std::string("clone"), std::string("-q"),
                                       "http://" + user + host() + "/repo.git", folder}) {
            arguments.push_back(one);
        }
        const Outcome outcome = home_.run_program("/usr/bin/git", arguments);
        CHECK((outcome.status == 0) == (read_text(folder + "/file") == "content\n"));
        return outcome;
    }

  private:
    void git(const std::vector<std::string>& arguments) const {
        const Outcome outcome = home_.run_program("/usr/bin/git", arguments);
        INFO(outcome.err);
        REQUIRE(outcome.status == 0);
    }
    const Home& home_;
    pid_t process_ = -1;
    int clones_ = 0;
};

}  // namespace

TEST_CASE("git is told the login of the server that it asks for", "[scenario][git]") {
    const GitVault home;
    home.add(R"({"title":"Hub","username":"alice","password":"hunter2",
        "urls":["https://git.example/login"]})");
    home.add(R"({"title":"No password","urls":["https://git.example"]})");
    CHECK(home.get(kHost) == kAlice);
    CHECK(home.get(kHost + "username=alice\n") == kAlice);
    CHECK(home.get("protocol=https\nhost=git.example:443\n") == kAlice);
    CHECK(home.get(kHost + "wwwauth[]=Basic\ncapability[]=authtype\nnew=1\n") == kAlice);
    for (const std::string& other :
         {std::string("protocol=http\nhost=git.example\n"),
          std::string("protocol=https\nhost=git.example:8443\n"),
          std::string("protocol=https\nhost=x.git.example\n"),
          std::string("protocol=https\nhost=git.exampl\n"), kHost + "username=bob\n",
          kHost + "path=other/repo\n", std::string()}) {
        const Outcome none = home.git("get", other);
        CHECK(none.status == 0);
        CHECK(none.out.empty());
    }
    CHECK(home.git("get", "nonsense\n").status == 2);
    CHECK(home.git("future-action", kHost).status == 0);
    CHECK(home.run_bare({"git-credential"}).status == 2);
    home.run_bare({"rm", "Hub"});
    CHECK(home.get(kHost).empty());
}

TEST_CASE("of several users git is told none", "[scenario][git][mutant:login-guess]") {
    const GitVault home;
    home.add(R"({"title":"A","username":"alice","password":"a","urls":["https://git.example"]})");
    home.add(R"({"title":"B","username":"bob","password":"b","urls":["https://git.example"]})");
    const Outcome none = home.git("get", kHost);
    CHECK(none.status == 0);
    CHECK(none.out.empty());
    CHECK(has(none.err, "alice"));
    CHECK(has(none.err, "bob"));
    CHECK(home.get(kHost + "username=bob\n") == "username=bob\npassword=b\n");
    home.run_bare({"edit", "A", "--tag", "git"});
    CHECK(home.get(kHost) == "username=alice\npassword=a\n");
}

TEST_CASE("a password with a line break is not told to git", "[scenario][git]") {
    const GitVault home;
    home.add(R"({"title":"A","username":"a","password":"p\nhost=evil","urls":["git.example"]})");
    const Outcome refused = home.git("get", kHost);
    CHECK(refused.out.empty());
    CHECK(refused.status == 1);
    CHECK_FALSE(has(refused.err, "evil"));
}

TEST_CASE("git's store keeps a login, changes it, and leaves alone what it knows",
          "[scenario][git]") {
    const GitVault home;
    CHECK(home.git("store", kHost + kAlice).status == 0);
    CHECK(home.items() == 1);
    CHECK(home.get(kHost) == kAlice);
    const std::string before = home.run_bare({"get", "git.example", "--json"}).out;
    CHECK(has(before, R"("urls":["https://git.example"])"));
    CHECK(has(before, R"("tags":["git"])"));
    CHECK(home.git("store", kHost + kAlice).status == 0);
    CHECK(home.run_bare({"get", "git.example", "--json"}).out == before);

    home.git("store", kHost + "username=alice\npassword=new\n");
    CHECK(home.items() == 1);
    CHECK(home.get(kHost) == "username=alice\npassword=new\n");
    CHECK(has(home.run_bare({"history", "git.example", "--json"}).out, "hunter2"));

    home.git("store", kHost + "username=bob\npassword=b\n");
    CHECK(home.items() == 2);
    for (const char* kept_out :
         {"username=eve\n", "password=x\n", "username=eve\npassword=x\nephemeral=1\n"}) {
        home.git("store", kHost + kept_out);
    }
    home.git("store", "username=eve\npassword=x\n");
    CHECK(home.items() == 2);
    // A path of its own, then again, and one below it with the same password.
    home.git("store", kHost + "path=team/a.git\nusername=alice\npassword=team\n");
    CHECK(home.items() == 3);
    home.git("store", kHost + "path=team/a.git\nusername=alice\npassword=team2\n");
    CHECK(home.items() == 3);
    CHECK(home.get(kHost + "path=team/a.git\n") == "username=alice\npassword=team2\n");
    home.git("store", kHost + "path=team/b.git\nusername=alice\npassword=new\n");
    CHECK(home.items() == 3);
}

TEST_CASE("an item that names no user answers, and is not doubled", "[scenario][git]") {
    const GitVault home;
    home.add(R"({"title":"Token","type":"api-token","password":"t","urls":["git.example"]})");
    CHECK(home.get(kHost) == "password=t\n");
    CHECK(home.get(kHost + "username=any\n") == "password=t\n");
    home.git("store", kHost + "username=any\npassword=t\n");
    CHECK(home.items() == 1);
}

TEST_CASE("a password that a server refused is kept, and not offered until it changes",
          "[scenario][git]") {
    const GitVault home;
    home.add(R"({"title":"Hub","username":"alice","password":"hunter2","notes":"n",
        "fields":[{"name":"pin","value":"1","secret":true}],"urls":["https://git.example"]})");
    CHECK(home.git("erase", kHost + "username=alice\npassword=other\n").status == 0);
    CHECK(home.git("erase", kHost + "username=alice\n").status == 0);
    CHECK(home.git("erase", "protocol=http\nhost=git.example\n" + kAlice).status == 0);
    CHECK(home.get(kHost) == kAlice);
    const Outcome erased = home.git("erase", kHost + kAlice);
    CHECK(erased.status == 0);
    CHECK(erased.out.empty());
    CHECK(has(erased.err, "Hub"));
    CHECK(home.get(kHost).empty());
    CHECK(home.run_bare({"get", "Hub", "password"}).out == "hunter2\n");
    CHECK(home.run_bare({"get", "Hub", "pin"}).out == "1\n");
    CHECK(home.items() == 1);
    // It works after all; then it is refused again and changed by hand.
    home.git("store", kHost + kAlice);
    CHECK(home.get(kHost) == kAlice);
    home.git("erase", kHost + kAlice);
    home.run_bare({"edit", "Hub", "--stdin"}, R"({"password":"by hand"})");
    CHECK(home.get(kHost) == "username=alice\npassword=by hand\n");
}

TEST_CASE("git's expiry and refresh token are kept beside the password", "[scenario][git]") {
    const GitVault home;
    const std::string token = kAlice + "password_expiry_utc=9999999999\noauth_refresh_token=r1\n";
    home.git("store", kHost + token);
    CHECK(home.get(kHost) == token);
    home.git("store", kHost + kAlice);  // an older git
    CHECK(home.get(kHost) == token);
    home.git("store", kHost + "username=alice\npassword=p2\npassword_expiry_utc=1\n");
    const Outcome expired = home.git("get", kHost);
    CHECK(expired.out.empty());
    CHECK(has(expired.err, "expired"));
    home.git("store", kHost + "username=alice\npassword=p3\n");
    CHECK(home.get(kHost) == "username=alice\npassword=p3\n");
}

TEST_CASE("a locked vault says nothing to git, at once", "[scenario][git]") {
    GitVault home;
    home.add(R"({"title":"A","username":"a","password":"p","urls":["git.example"]})");
    home.unset("SPAREKEY_PASSWORD_FILE");
    const Outcome locked = home.git("get", kHost);
    CHECK(locked.status == 5);
    CHECK(locked.out.empty());
}

TEST_CASE("git clones with the login in the vault", "[scenario][git]") {
    GitVault home;
    const std::string bin = std::filesystem::path(SPAREKEY_PROGRAM).parent_path().string();
    home.set({"PATH=" + bin + ":/usr/bin:/bin", "GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_NOSYSTEM=1"});
    write_text(home.file("secret"), "alice:hunter2\n");
    Server server(home);
    const std::vector<std::string> shell = {"-c", "credential.helper=!sparekey git-credential"};
    const std::vector<std::string> named = {"-c", "credential.helper=sparekey"};
    CHECK(server.clone(shell).status == 128);

    home.add(R"({"title":"Local","username":"alice","password":"hunter2","urls":["http://)" +
             server.host() + "\"]}");
    CHECK(server.clone(shell).status == 0);
    CHECK(server.clone(named).status == 0);
    CHECK(has(home.run_bare({"audit", "--json"}).out, R"("by":"git-credential")"));

    // The server's password changes: git says so, and the right one in a URL is learned.
    write_text(home.file("secret"), "alice:changed\n");
    const Outcome refused = server.clone(shell);
    CHECK(refused.status == 128);
    CHECK(has(refused.err, "Local"));
    CHECK(home.run_bare({"get", "Local", "password"}).out == "hunter2\n");
    CHECK(server.clone(shell, "alice:changed@").status == 0);
    CHECK(home.run_bare({"get", "Local", "password"}).out == "changed\n");
    CHECK(server.clone(shell).status == 0);
    CHECK(home.items() == 1);

    // A locked vault does not stand in the way of the next helper.
    home.unset("SPAREKEY_PASSWORD_FILE");
    CHECK(server.clone(shell).status == 128);
    std::vector<std::string> both = shell;
    both.insert(both.end(), {"-c",
                             "credential.helper=!f() { test $1 = get && echo username=alice && "
                             "echo password=changed; }; f"});
    CHECK(server.clone(both).status == 0);
}

}  // namespace sparekey::tests
