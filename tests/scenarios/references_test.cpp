// read, inject and run: values come out where they were asked for, and nowhere else.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace sparekey::tests {
namespace {

/// A vault with "My Mail" (alice, hunter2, a pin) and two items called "Twice".
class Filled : public Home {
  public:
    Filled() {
        init();
        set({"SPAREKEY_PASSWORD_FILE=" + file("password")});
        add(R"({"title":"My Mail","username":"alice","password":"hunter2",
            "recovery_codes":["code-one","code-two"],
            "fields":[{"name":"p/i%n","value":"1234","secret":true}]})");
        add(R"({"title":"Twice","username":"one","password":"a"})");
        add(R"({"title":"Twice","username":"two","password":"b"})");
    }
    std::string add(const std::string& document) const {
        const Outcome added = run_bare({"add", "--stdin"}, document);
        REQUIRE(added.status == 0);
        return added.out.substr(0, added.out.size() - 1);
    }
    std::string read(const std::string& rest) const {
        const Outcome outcome = run_bare({"read", "sparekey://" + rest});
        return outcome.status == 0 ? outcome.out : std::to_string(outcome.status);
    }
    Outcome run_shell(const std::string& script) const {
        return run_bare({"run", "--", "sh", "-c", script});
    }
};

/// Whether any file below the folder holds the text.
bool on_disk(const std::string& folder, const std::string& text) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && has(read_text(entry.path().string()), text)) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a reference is read by title or id, percent-decoded", "[scenario][references]") {
    const Filled home;
    CHECK(home.read("default/My%20Mail/password") == "hunter2\n");
    CHECK(home.read("default/my mail/p%2Fi%25n") == "1234\n");
    const std::string id = home.add(R"({"title":"Other","password":"x"})");
    CHECK(home.read("default/" + id + "/password") == "x\n");
    const Outcome json = home.run_bare({"read", "--json", "sparekey://default/Other/password"});
    CHECK(json.out == "{\"field\":\"password\",\"value\":\"x\"}\n");
    home.run_bare({"rm", "Other"});
    CHECK(home.read("default/" + id + "/password") == "3");
    CHECK(home.read("default/Other/password") == "3");
}

TEST_CASE("a reference never guesses", "[scenario][references][mutant:reference-exact]") {
    const Filled home;
    CHECK(home.read("default/My Mail/password") == "hunter2\n");
    for (const char* part :
         {"default/My/password", "default/alice/password", "default/Mail/password",
          "default/My%20Mail%2Falice/password", "default/Twic/password"}) {
        INFO(part);
        CHECK(home.read(part) == "3");
    }
}

TEST_CASE("references end with the codes that are promised", "[scenario][references]") {
    const Filled home;
    const Outcome both = home.run_bare({"read", "--json", "sparekey://default/Twice/password"});
    CHECK(both.status == 4);
    CHECK(has(both.err, "\"username\":\"one\""));
    CHECK(has(both.err, "\"username\":\"two\""));
    CHECK(home.read("default/My%20Mail/notes") == "3");
    CHECK(home.read("nowhere/My%20Mail/password") == "3");
    CHECK(home.read("default/My%20Mail") == "2");
    CHECK(home.read("default/My%2Mail/password") == "2");
    CHECK(home.run_bare({"read", "op://a/b/c"}).status == 2);
    // Titles that differ in case only: the one to the letter.
    home.add(R"({"title":"twice","password":"c"})");
    CHECK(home.read("default/twice/password") == "c\n");
    CHECK(home.read("default/TWICE/password") == "4");
}

TEST_CASE("a recovery code that was read is used up", "[scenario][references]") {
    const Filled home;
    const Outcome both = home.run_bare({"inject"},
                                       "{{sparekey://default/My Mail/recovery-code}} "
                                       "{{sparekey://default/My Mail/recovery-code}}");
    CHECK(both.out == "code-one code-one");
    CHECK(home.read("default/My%20Mail/recovery-code") == "code-two\n");
    CHECK(home.read("default/My%20Mail/recovery-code") == "3");
}

TEST_CASE("a reference opens the vault that it names", "[scenario][references]") {
    Filled home;
    home.set({"SPAREKEY_VAULT=work"});
    REQUIRE(home.run_bare({"init", "--kdf-memory", "64MiB", "--kdf-passes", "3"}).status == 0);
    REQUIRE(home.run_bare({"add", "--stdin"}, R"({"title":"Job","password":"w"})").status == 0);
    CHECK(home.read("work/Job/password") == "w\n");
    CHECK(home.read("default/My%20Mail/password") == "hunter2\n");
    CHECK(home.read("default/Job/password") == "3");
    CHECK(home.run_bare({"inject"},
                        "{{sparekey://work/Job/password}}{{sparekey://default/My Mail/password}}")
              .out == "whunter2");
    home.unset("SPAREKEY_PASSWORD_FILE");
    home.set({"SPAREKEY_VAULT=work"});
    const std::string input =
        "correct horse battery staple\n"
        "{{sparekey://work/Job/password}}{{sparekey://default/My Mail/password}}";
    CHECK(home.run_bare({"inject", "--password-file", "-"}, input).out == "whunter2");
}

TEST_CASE("a template is filled in, and every other byte stays", "[scenario][references]") {
    const Filled home;
    const std::string frame("\xff\0{{ .x }}\r\n", 12);
    const Outcome filled =
        home.run_bare({"inject"}, frame + "{{ sparekey://default/My%20Mail/password }}" + frame);
    CHECK(filled.status == 0);
    CHECK(filled.out == frame + "hunter2" + frame);
    CHECK(home.run_bare({"inject"}, "").out.empty());
    CHECK(home.run_bare({"inject"}, "{{ sparekey://default/x }}").status == 2);
    CHECK(home.run_bare({"inject"}, std::string((16 << 20) + 1, 'x')).status == 2);
    CHECK(home.run_bare({"inject", "-i", home.file("none")}).status == 3);
}

TEST_CASE("the result of inject is private, whole, and replaces the one before",
          "[scenario][references]") {
    const Filled home;
    write_text(home.file("in"), "p={{ sparekey://default/My%20Mail/password }}\n");
    write_text(home.file("out"), "old");
    ::chmod(home.file("out").c_str(), 0644);
    REQUIRE(home.run_bare({"inject", "-i" + home.file("in"), "-o=" + home.file("out")}).status ==
            0);
    CHECK(read_text(home.file("out")) == "p=hunter2\n");
    struct stat there {};
    REQUIRE(::stat(home.file("out").c_str(), &there) == 0);
    CHECK((there.st_mode & 07777) == 0600);

    write_text(home.file("in"),
               "{{ sparekey://default/My%20Mail/password }}"
               "{{ sparekey://default/My%20Mail/nothing }}");
    const Outcome missing =
        home.run_bare({"inject", "-i", home.file("in"), "-o", home.file("out")});
    CHECK(missing.status == 3);
    CHECK(has(missing.err, "sparekey://default/My%20Mail/nothing"));
    CHECK_FALSE(has(missing.err, "hunter2"));
    CHECK(read_text(home.file("out")) == "p=hunter2\n");
    const Outcome to_pipe = home.run_bare({"inject", "-i", home.file("in")});
    CHECK(to_pipe.status == 3);
    CHECK(to_pipe.out.empty());

    REQUIRE(::symlink(home.file("out").c_str(), home.file("link").c_str()) == 0);
    CHECK(home.run_bare({"inject", "-o", home.file("link")}, "x").status == 6);
    CHECK(home.run_bare({"inject", "-o", home.path()}, "x").status == 6);
    CHECK(home.run_bare({"inject", "-i", home.file("out"), "-o", home.file("out")}).status == 2);
    CHECK(read_text(home.file("out")) == "p=hunter2\n");
}

TEST_CASE("run replaces whole values and nothing else", "[scenario][references]") {
    Filled home;
    home.set({"A=sparekey://default/My%20Mail/password", "B=x sparekey://default/x/y", "C=sparekey",
              "D="});
    const Outcome run = home.run_shell("echo \"$A|$B|$C|$D|$SPAREKEY_PASSWORD_FILE\"");
    CHECK(run.status == 0);
    CHECK(run.out == "hunter2|x sparekey://default/x/y|sparekey||" + home.file("password") + "\n");
    const Outcome verbatim = home.run_bare({"run", "--", "printf", "%s,", "--json", "--", "-x",
                                            "sparekey://default/My%20Mail/password"});
    CHECK(verbatim.out == "--json,--,-x,sparekey://default/My%20Mail/password,");
    CHECK_FALSE(on_disk(home.path(), "hunter2"));
}

TEST_CASE("run reads env files over the caller's variables", "[scenario][references]") {
    Filled home;
    home.set({"A=mine", "E=kept"});
    write_text(home.file("env"),
               "# secrets\nA=sparekey://default/My%20Mail/password\nexport B=\"two words\"\n"
               "PATH=" +
                   home.path() + "\n");
    write_text(home.file("env2"), "B='three'\n");
    write_text(home.file("tool"), "#!/bin/sh\necho \"$A|$B|$E|$0\"\n");
    ::chmod(home.file("tool").c_str(), 0700);
    const Outcome run = home.run_bare(
        {"run", "--env-file", home.file("env"), "--env-file", home.file("env2"), "--", "tool"});
    CHECK(run.status == 0);
    CHECK(run.out == "hunter2|three|kept|" + home.file("tool") + "\n");
    write_text(home.file("env"), "A=1\nhunter2\n");
    const Outcome broken = home.run_bare({"run", "--env-file", home.file("env"), "--", "true"});
    CHECK(broken.status == 2);
    CHECK(has(broken.err, "line 2"));
    CHECK_FALSE(has(broken.err, "hunter2"));
    CHECK(home.run_bare({"run", "--env-file", home.file("none"), "--", "true"}).status == 3);
}

TEST_CASE("a missing reference starts nothing", "[scenario][references]") {
    Filled home;
    const std::string started = home.file("started");
    for (const auto& [value, status] : {std::pair("sparekey://default/None/password", 3),
                                        std::pair("sparekey://default/Twice/password", 4),
                                        std::pair("sparekey://default/None", 2)}) {
        home.set({"A=sparekey://default/My%20Mail/password"});
        home.set({std::string("Z=") + value});
        const Outcome run = home.run_shell("touch " + started);
        home.unset("A");
        home.unset("Z");
        CHECK(run.status == status);
        CHECK(has(run.err, "$Z"));
        CHECK_FALSE(has(run.err, "hunter2"));
    }
    home.unset("SPAREKEY_PASSWORD_FILE");
    home.set({"A=sparekey://default/My%20Mail/password"});
    CHECK(home.run_shell("touch " + started).status == 5);
    CHECK_FALSE(std::filesystem::exists(started));
    CHECK(home.run_bare({"run"}).status == 2);
}

TEST_CASE("the program takes the place of run", "[scenario][references]") {
    const Filled home;
    CHECK(home.run_shell("exit 7").status == 7);
    CHECK(home.run_shell("kill -TERM $$").status == 128 + SIGTERM);
    CHECK(home.run_bare({"run", "--", "no-such-program"}).status == 127);
    CHECK(home.run_bare({"run", "--", home.path()}).status == 126);
    const Outcome rest = home.run_bare({"run", "--password-file", "-", "--", "cat"}, "x\nrest\n");
    // No reference: no vault is opened, and its password is not asked for.
    CHECK(rest.out == "x\nrest\n");
    Filled secret;
    secret.unset("SPAREKEY_PASSWORD_FILE");
    secret.set({"A=sparekey://default/My%20Mail/password"});
    CHECK(secret
              .run_bare({"run", "--password-file", "-", "--", "sh", "-c", "echo $A; cat"},
                        "correct horse battery staple\nrest\n")
              .out == "hunter2\nrest\n");
    // Another command gets at the vault while the program runs.
    CHECK(secret
              .run_bare({"run", "--password-file", secret.file("password"), "--", SPAREKEY_PROGRAM,
                         "read", "sparekey://default/My%20Mail/username", "--password-file",
                         secret.file("password")})
              .out == "alice\n");
}

TEST_CASE("run gives the process back as the caller had it", "[scenario][references]") {
    Filled home;
    home.set({"A=sparekey://default/My%20Mail/password"});
#ifdef SPAREKEY_SANITIZED
    home.set({"ASAN_OPTIONS=disable_coredump=0"});  // else it lowers the limit before main()
#endif
    const std::string script =
        "ulimit -S -c; ulimit -H -c; umask; grep -E 'SigIgn|SigBlk' /proc/self/status;"
        "for n in 0 1 2; do [ -e /proc/$$/fd/$n ] && echo open; done; ls /proc/$$/fd";
    for (const auto disposition : {SIG_DFL, SIG_IGN}) {
        home.in_child = [disposition] {
            const rlimit limit{512 * 10, 512 * 20};
            ::setrlimit(RLIMIT_CORE, &limit);
            ::umask(027);
            std::signal(SIGPIPE, disposition);
            ::close(0);
            for (int descriptor = 3; descriptor < 30; ++descriptor) ::close(descriptor);
        };
        const Outcome without = home.run_program("/bin/sh", {"-c", script});
        CHECK(without.out.starts_with("10\n20\n0027\n"));
        CHECK(home.run_shell(script).out == without.out);
    }
}

TEST_CASE("a value may come as a file in memory", "[scenario][references]") {
    const Filled home;
    const Outcome run = home.run_bare(
        {"run", "--fd", "KEY=sparekey://default/My%20Mail/password", "--fd",
         "PIN=sparekey://default/My%20Mail/p%2Fi%25n", "--", "sh", "-c",
         "cat \"$KEY\" \"$PIN\" \"$KEY\"; echo; echo \"$KEY\"; echo x >\"$KEY\"; env"});
    CHECK(run.out.starts_with("hunter21234hunter2\n/dev/fd/"));
    CHECK(run.out.find("hunter2", 20) == std::string::npos);
    CHECK_FALSE(on_disk(home.path(), "hunter2"));
    CHECK(home.run_bare({"run", "--fd", "KEY", "--", "true"}).status == 2);
    CHECK(home.run_bare({"run", "--fd", "1K=sparekey://a/b/c", "--", "true"}).status == 2);
    CHECK(home.run_bare({"run", "--fd", "K=x", "--", "true"}).status == 2);
    CHECK(home.run_bare({"run", "--fd", "K=sparekey://default/x/y", "--", "true"}).status == 3);
}

TEST_CASE("a secret that is written out is in no argument and no variable of sparekey",
          "[scenario][references]") {
    const Filled home;
    // More than a pipe holds: the program stands still with everything resolved.
    write_text(home.file("in"), "{{ sparekey://default/My%20Mail/password }}" +
                                    std::string(std::size_t{1} << 20, 'x'));
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], 1);
        home.become({"inject", "-i", home.file("in")});
    }
    ::close(ends[1]);
    char first[7] = {};
    REQUIRE(::read(ends[0], first, sizeof first) == sizeof first);
    CHECK(std::string(first, sizeof first) == "hunter2");
    const std::string process = "/proc/" + std::to_string(child);
    CHECK(has(read_text(process + "/cmdline"), "inject"));
    CHECK_FALSE(has(read_text(process + "/cmdline"), "hunter2"));
    CHECK_FALSE(has(read_text(process + "/environ"), "hunter2"));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK_FALSE(on_disk(home.path(), "hunter2"));
}

TEST_CASE("what references hand out is in the audit log", "[scenario][references]") {
    Filled home;
    home.read("default/My%20Mail/password");
    home.set({"A=sparekey://default/My%20Mail/password"});
    home.run_shell("true");
    home.run_bare({"inject"}, "{{ sparekey://default/My%20Mail/password }}");
    const std::string log = home.run_bare({"audit", "--json"}).out;
    CHECK(has(log, R"("action":"reveal")"));
    CHECK(has(log, R"("by":"read")"));
    CHECK(has(log, R"("action":"answer")"));
    CHECK(has(log, R"("by":"run")"));
    CHECK(has(log, R"("by":"inject")"));
}

TEST_CASE("with an unlocked agent nothing asks for a password", "[scenario][references][agent]") {
    Filled home;
    home.add(R"({"title":"Hub","username":"alice","password":"g","urls":["git.example"]})");
    REQUIRE(home.run_bare({"unlock"}).status == 0);
    home.unset("SPAREKEY_PASSWORD_FILE");
    home.set({"A=sparekey://default/My%20Mail/password"});
    CHECK(home.read("default/My%20Mail/password") == "hunter2\n");
    CHECK(home.run_shell("echo $A").out == "hunter2\n");
    CHECK(home.run_bare({"inject"}, "{{ sparekey://default/My%20Mail/username }}").out == "alice");
    CHECK(home.run_bare({"git-credential", "get"}, "protocol=https\nhost=git.example\n\n").out ==
          "username=alice\npassword=g\n");
    CHECK(home.read("default/Twice/password") == "4");
    // The line that would have been the password is taken all the same.
    CHECK(home.run_bare({"inject", "--password-file", "-"}, "ignored\ntext").out == "text");
    CHECK(has(home.run_bare({"audit", "--json"}).out, R"("by":"git-credential")"));
    home.run_bare({"lock"});
    CHECK(home.read("default/My%20Mail/password") == "5");
}

}  // namespace sparekey::tests
