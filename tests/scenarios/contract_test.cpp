// What people and scripts found out the hard way: one case for each promise that was once broken.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace sparekey::tests {
namespace {

std::string id_of(const Home& home, const std::vector<std::string>& arguments) {
    std::string id = home.run(arguments).out;
    if (!id.empty()) id.pop_back();
    return id;
}

}  // namespace

TEST_CASE("a flag takes no value, and an empty value takes nothing else", "[scenario][contract]") {
    const Home home;
    home.init();
    home.run({"add", "Old", "--username", "someone", "--generate"});
    home.run({"rm", "old"});
    CHECK(home.run({"trash", "empty", "--yes=false"}).status == 2);
    CHECK(home.run({"--yes=0", "trash", "empty"}).status == 2);
    CHECK(home.run({"find", "--json=maybe"}).status == 2);
    CHECK(has(home.run({"trash"}).out, "Old"));
    home.run({"restore", "old"});
    const Outcome cleared = home.run({"edit", "old", "--username=", "--json"});
    CHECK(cleared.status == 0);
    CHECK(has(cleared.out, R"("username":"")"));
    CHECK(home.run({"edit", "old", "--username"}).status == 2);
    CHECK(home.run({"find", "-x"}).status == 2);
}

TEST_CASE("an argument is taken as it is typed", "[scenario][contract]") {
    const Home home;
    home.init();
    for (const char* title : {"[site]", "[a,b]", "[]", "{x}", "a=b"}) {
        REQUIRE(home.run({"add", title, "--generate"}).status == 0);
        CHECK(home.run({"get", title, "title"}).out == std::string(title) + "\n");
    }
    REQUIRE(home.run({"add", "site", "--generate"}).status == 0);
    REQUIRE(home.run({"rm", "[site]"}).status == 0);
    CHECK(home.run({"get", "site", "title"}).out == "site\n");
    const std::string password = "--password-file=" + home.file("password");
    CHECK(home.run_bare({"add", password, "--generate", "--", "-dash"}).status == 0);
    CHECK(home.run({"get", "-dash"}).status == 2);
    CHECK(home.run_bare({"get", password, "--", "-dash", "title"}).out == "-dash\n");
}

TEST_CASE("an item has a thousand fields and not one more", "[scenario][contract]") {
    const Home home;
    home.init();
    const auto document = [](std::size_t fields) {
        std::string text = R"({"title":"Many","fields":[)";
        for (std::size_t i = 0; i < fields; ++i) {
            text +=
                (i == 0 ? "" : ",") + ("{\"name\":\"f" + std::to_string(i)) + "\",\"value\":\"v\"}";
        }
        return text + "]}";
    };
    CHECK(home.run({"add", "--stdin"}, document(1000)).status == 0);
    CHECK(home.run({"get", "many", "f999"}).out == "v\n");
    CHECK(home.run({"add", "--stdin"}, document(1001)).status == 2);
}

TEST_CASE("unknown keys are all named, and nulls and empty texts clear", "[scenario][contract]") {
    const Home home;
    home.init();
    const Outcome unknown = home.run({"add", "--stdin"}, R"({"title":"a","bogus":1,"foo":2})");
    CHECK(unknown.status == 2);
    CHECK(has(unknown.err, "bogus"));
    CHECK(has(unknown.err, "foo"));
    const Outcome nested =
        home.run({"add", "--stdin"}, R"({"title":"a","fields":[{"name":"q","value":"x","zz":1}]})");
    CHECK(nested.status == 2);
    CHECK(has(nested.err, "zz"));
    home.run({"add", "--stdin"}, R"({"title":"Full","tags":["t"],"urls":["https://a.example"],
        "fields":[{"name":"f","value":"v"}],"favorite":true,"notes":"n"})");
    CHECK(home.run({"edit", "full", "--stdin"},
                   R"({"tags":"","urls":null,"fields":"","favorite":"","notes":null})")
              .status == 0);
    const std::string now = home.run({"get", "full", "--json"}).out;
    CHECK(has(now, R"("tags":[])"));
    CHECK(has(now, R"("urls":[])"));
    CHECK(has(now, R"("fields":[])"));
    CHECK(has(now, R"("favorite":false)"));
    CHECK(has(now, R"("notes":"")"));
    CHECK(home.run({"edit", "full", "--tag", ""}).status == 2);
}

TEST_CASE("a one-time seed that gives no code is refused when it is entered",
          "[scenario][contract]") {
    const Home home;
    home.init();
    home.run({"add", "Site", "--generate"});
    for (const char* seed : {"not base32 !!!", "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=99",
                             "http://x", "otpauth://foo/x?secret=JBSWY3DPEHPK3PXP",
                             "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=0"}) {
        const std::string document = std::string(R"({"title":"t","totp":")") + seed + "\"}";
        CHECK(home.run({"add", "--stdin"}, document).status == 2);
        CHECK(home.run({"edit", "site", "--stdin"}, document).status == 2);
    }
}

TEST_CASE("the prefix of a user name, host or tag comes before any substring",
          "[scenario][contract]") {
    const Home home;
    home.init();
    home.run({"add", "One", "--username", "superquux", "--generate"});
    home.run({"add", "Two", "--username", "quuxman", "--generate"});
    CHECK(home.run({"get", "quux", "title"}).out == "Two\n");
    home.run({"add", "the hub", "--generate"});
    home.run({"add", "Three", "--username", "hubcap", "--generate"});
    CHECK(home.run({"get", "hub", "title"}).out == "Three\n");
    home.run({"add", "my lambda", "--generate"});
    home.run({"add", "Four", "--url", "https://lambda.example", "--generate"});
    CHECK(home.run({"get", "lambda", "title"}).out == "Four\n");
    home.run({"add", "Five", "--tag", "other", "--tag", "upsilon", "--generate"});
    home.run({"add", "an upsilon", "--generate"});
    CHECK(home.run({"get", "ups", "title"}).out == "Five\n");
    CHECK(home.run({"get", "up", "title"}).out == "Five\n");
    const auto order = home.run({"find", "lambda"}).out;
    CHECK(order.find("Four") < order.find("my lambda"));
    const std::string id = id_of(home, {"add", "By id", "--generate"});
    CHECK(has(home.run({"find", id}).out, "By id"));
}

TEST_CASE("the trash and the shelf are not mistaken for each other", "[scenario][contract]") {
    const Home home;
    home.init();
    const std::string id = id_of(home, {"add", "Item", "--generate"});
    CHECK(home.run({"restore", id}).status == 3);
    CHECK(home.run({"rm", id}).status == 0);
    CHECK(home.run({"rm", id}).status == 3);
    CHECK(home.run({"restore", id}).status == 0);
}

TEST_CASE("a trash of many hundreds is emptied", "[scenario][contract]") {
    const Home home;
    home.init();
    std::string rows = "name,url,username,password\n";
    for (int i = 0; i < 600; ++i) {
        rows += "site " + std::to_string(i) + ",https://s" + std::to_string(i) + ".example,u,p\n";
    }
    write_text(home.file("c.csv"), rows);
    REQUIRE(home.run({"import", "chrome-csv", home.file("c.csv")}).status == 0);
    std::string all = home.run({"export", "--yes"}).out;
    for (auto at = all.find("\"deleted\":false"); at != std::string::npos;
         at = all.find("\"deleted\":false", at)) {
        all.replace(at, 15, "\"deleted\":true");
    }
    const Home other;
    other.init();
    write_text(other.file("e.json"), all);
    REQUIRE(other.run({"import", "json", other.file("e.json")}).status == 0);
    const Outcome emptied = other.run({"trash", "empty", "--yes"});
    INFO(emptied.err);
    CHECK(emptied.status == 0);
    CHECK(other.run({"trash", "--json"}).out == "[]\n");
    CHECK(other.run({"doctor"}).status == 0);
}

TEST_CASE("slots have a bound, and a file beyond it is never written", "[scenario][contract]") {
    const Home home;
    home.init();
    write_text(home.file("key"), std::string(32, 'k'));
    int status = 0;
    for (int i = 0; i < 63 && status == 0; ++i) {
        status = home.run({"slots", "add", "keyfile", home.file("key")}).status;
    }
    CHECK(status == 6);
    CHECK(home.run({"find"}).status == 0);
    CHECK(home.run({"slots", "remove"}).status == 2);
    CHECK(home.run({"slots", "list", "extra"}).status == 2);
}

TEST_CASE("the kit prints a code that opens the vault, or says that none does",
          "[scenario][contract]") {
    const Home home;
    home.init();
    const std::string listed = home.run_bare({"slots", "list"}).out;
    const auto line = listed.substr(0, listed.find("\trecovery"));
    const std::string id = line.substr(line.rfind('\n') + 1);
    REQUIRE(home.run({"slots", "remove", id, "--yes"}).status == 0);
    CHECK(home.run({"kit"}).status == 6);
    const std::string code =
        json_text(home.run({"slots", "add", "recovery", "--json"}).out, "recovery_code");
    CHECK(json_text(home.run({"kit", "--json"}).out, "recovery_code") == code);
    CHECK(home.run({"kit", "drill", "--stdin"}, code).status == 0);
    CHECK(home.run({"kit", "split"}).status == 2);
    CHECK(home.run({"init", "--vault", "two", "--kdf-memory", "64MiB", "--kit", "/nowhere/k.html"})
              .status == 1);
    CHECK(home.run({"--vault", "two", "find"}).status == 3);
}

TEST_CASE("what touches no folder runs without HOME", "[scenario][contract]") {
    const auto run = [](const std::string& arguments) {
        const std::string command =
            "env -u HOME -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_STATE_HOME " SPAREKEY_PROGRAM
            " " +
            arguments + " >/dev/null 2>&1";
        return WEXITSTATUS(std::system(command.c_str()));
    };
    CHECK(run("gen") == 0);
    CHECK(run("completion bash") == 0);
    CHECK(run("find") == 1);
}

TEST_CASE("a closed standard output never becomes a file of the vault", "[scenario][contract]") {
    const Home home;
    home.init();
    home.run({"add", "--stdin"}, R"({"title":"Site","password":"very-secret-value"})");
    const std::string command =
        "HOME=" + home.path() + " " SPAREKEY_PROGRAM " --password-file " + home.file("password");
    CHECK(std::system((command + " get site password >&- 2>&-").c_str()) != 0);
    CHECK(std::system((command + " export --yes >&- 2>&-").c_str()) != 0);
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(home.path() + "/.local")) {
        if (!entry.is_regular_file()) continue;
        CHECK_FALSE(has(read_text(entry.path().string()), "very-secret-value"));
    }
    CHECK(home.run({"get", "site", "password"}).out == "very-secret-value\n");
}

TEST_CASE("an editor sees the item, changes what it changes, and leaves nothing behind",
          "[scenario][contract]") {
    const Home home;
    home.init();
    // Its own: other runs of this test have their files in the same folder.
    const std::string secret = "secret-of-" + std::to_string(::getpid());
    home.run({"add", "--stdin"}, R"({"title":"Site","username":"u","password":")" + secret + "\"}");
    std::filesystem::create_directory(home.file("run"));
    const auto edit = [&](const std::string& script, const std::string& before = {}) {
        write_text(home.file("editor"), "#!/bin/sh\n" + script + "\n");
        const std::string command = before + "HOME=" + home.path() + " VISUAL='sh " +
                                    home.file("editor") +
                                    "' " SPAREKEY_PROGRAM " edit site --editor --password-file " +
                                    home.file("password") + " >/dev/null 2>&1";
        return WEXITSTATUS(std::system(command.c_str()));
    };
    const auto left_behind = [&secret] {
        for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
            if (!has(entry.path().string(), "sparekey-")) continue;
            std::error_code gone;
            for (const auto& file : std::filesystem::directory_iterator(entry.path(), gone)) {
                if (has(read_text(file.path().string()), secret)) return true;
            }
        }
        return false;
    };
    // While it runs, another command changes another field: both stay.
    CHECK(edit("cp \"$1\" \"$1~\"; sed -i 's/\"username\": \"u\"/\"username\": \"v\"/' \"$1\"; "
               "HOME=" +
               home.path() +
               " " SPAREKEY_PROGRAM " edit site --url https://new.example "
               "--password-file " +
               home.file("password")) == 0);
    CHECK(home.run({"get", "site", "username"}).out == "v\n");
    CHECK(home.run({"get", "site", "url"}).out == "https://new.example\n");
    CHECK_FALSE(left_behind());
    CHECK(edit("exit 3") == 1);
    // Once: a second signal may meet the leak sanitizer at its work, which then waits for ever.
    std::string editing;
    for (int seconds = 3; editing.empty(); seconds *= 2) {  // until the editor had begun by then
        CHECK(edit("echo $$ >" + home.file("editing") + "; exec sleep 300",
                   "timeout --foreground -s TERM " + std::to_string(seconds) + " env ") != 0);
        editing = read_text(home.file("editing"));
    }
    CHECK(::kill(std::stoi(editing), 0) != 0);
    CHECK_FALSE(left_behind());
    CHECK(home.run({"edit", "site", "--editor"}).status == 2);
    const std::string facts =
        R"(sed -i 's/"fields": \[\]/"fields":[{"name":"identity","value":"%"}]/' "$1")";
    const auto with_identity = [&](const std::string& value) {
        return std::string(facts).replace(facts.find('%'), 1, value);
    };
    CHECK(edit(with_identity("post.example")) == 2);
    CHECK_FALSE(has(home.run({"get", "site", "--json"}).out, "post.example"));
    CHECK(edit(with_identity("Email:Al@Post.Example")) == 0);
    CHECK(has(home.run({"get", "site", "--json"}).out, "email:al@post.example"));
    CHECK(home.run({"get", "site", "password"}).out == secret + "\n");
}

TEST_CASE("config.toml sets the generator and the history, and a slip in it is told",
          "[scenario][contract]") {
    const Home home;
    home.init();
    std::filesystem::create_directories(home.file(".config/sparekey"));
    const std::string config = home.file(".config/sparekey/config.toml");
    write_text(config, "[generate]\ndefault = \"pin:7\"\n[history]\nkeep = 2\n");
    CHECK(home.run_bare({"gen"}).out.size() == 8);
    CHECK(home.run_bare({"gen", "--length", "30"}).out.size() == 31);
    home.run({"add", "Site", "--generate"});
    CHECK(home.run({"get", "site", "password"}).out.size() == 8);
    for (int i = 0; i < 5; ++i) home.run({"edit", "site", "--username", std::to_string(i)});
    const std::string history = home.run({"history", "site", "--json"}).out;
    CHECK(has(history, R"("value":"3")"));
    CHECK(has(history, R"("value":"2")"));
    CHECK_FALSE(has(history, R"("value":"1")"));
    const auto refused = [&](const std::string& text, const std::string& part) {
        write_text(config, text);
        const Outcome outcome = home.run({"find"});
        CHECK(outcome.status == 2);
        CHECK(has(outcome.err, part));
    };
    refused("[generate]\ndefault = 7\n", "line 2");
    refused("[generate]\n\ndefualt = \"20\"\n", "line 3");
    refused("[history]\nkeep = -1\n", "keep");
    refused("keep = 5\n", "section");
    refused("[history\n", "line 1");
    write_text(config, "[agent]\ntimeout = \"15m\"\n[clipboard]\nosc52 = true\n");
    CHECK(home.run({"find"}).status == 0);
}

TEST_CASE("an empty password variable names no source", "[scenario][contract]") {
    const Home home;
    home.init();
    const std::string status =
        "HOME=" + home.path() +
        " SPAREKEY_PASSWORD_FILE= SPAREKEY_PASSWORD_COMMAND= " SPAREKEY_PROGRAM
        " status --json </dev/null >" +
        home.file("out");
    CHECK(std::system(status.c_str()) == 0);
    CHECK(has(read_text(home.file("out")), "\"locked\":true"));
}

TEST_CASE("an SSH key item never gets a password for a key", "[scenario][contract]") {
    const Home home;
    home.init();
    CHECK(home.run({"add", "Key", "--type", "ssh-key", "--generate=20"}).status == 2);
    CHECK(home.run({"find", "--json"}).out == "[]\n");
    CHECK(home.run({"add", "Key", "--type", "ssh-key", "--generate"}).status == 0);
    CHECK(home.run({"edit", "Key", "--generate"}).status == 0);
    CHECK(home.run({"get", "Key", "password"}).status == 3);
}

TEST_CASE("a change whose note of the head cannot be written says so", "[scenario][contract]") {
    const Home home;
    home.init();
    std::filesystem::create_directory(home.state_folder() + "/head.new");
    const Outcome added = home.run({"add", "Site", "--generate"});
    CHECK(added.status == 0);
    CHECK(has(added.err, "state folder"));
}

TEST_CASE("a password command that never stops printing ends", "[scenario][contract]") {
    const Home home;
    home.init();
    const std::string command = "HOME=" + home.path() +
                                " SPAREKEY_PASSWORD_COMMAND=yes timeout 20 " SPAREKEY_PROGRAM
                                " find 2>/dev/null";
    const int status = std::system(command.c_str());
    CHECK(WEXITSTATUS(status) != 124);
    CHECK(WEXITSTATUS(status) != 0);
}

TEST_CASE("JSON steers no terminal", "[scenario][contract]") {
    const Home home;
    home.init();
    home.run({"add", "--stdin"}, R"({"title":"T\u009b2J\u202e\u2028é","notes":"\u001b[31m"})");
    const std::string json = home.run({"get", "T", "--json"}).out;
    CHECK(has(json, R"("title":"T\u009b2J\u202e\u2028é")"));
    CHECK(has(json, R"("notes":"\u001b[31m")"));
}

TEST_CASE("an interrupted init is finished by the next command, never cleared away",
          "[scenario][contract]") {
    const Home home;
    home.init();
    home.run({"add", "Site", "--generate"});
    // As after a kill between the last two steps of init.
    write_text(home.vault_folder() + "/unfinished", "");
    CHECK(home.run({"find"}).status == 0);
    CHECK_FALSE(std::filesystem::exists(home.vault_folder() + "/unfinished"));
    std::filesystem::remove(home.vault_folder() + "/keyslots");
    CHECK(home.run({"find"}).status == 8);
    CHECK(home.run({"init"}).status == 6);
}

TEST_CASE("hard links and pipes in the vault's folder are refused", "[scenario][contract]") {
    namespace fs = std::filesystem;
    const Home home;
    home.init();
    const std::string victim = home.file("victim");
    for (const char* name : {"lock", "vault.db-wal", "vault.db", "keyslots"}) {
        const std::string path = home.vault_folder() + "/" + name;
        write_text(victim, "precious");
        const bool present = fs::exists(path);
        if (present) fs::rename(path, path + ".away");
        fs::create_hard_link(victim, path);
        CHECK(home.run({"add", "x", "--generate"}).status == 8);
        CHECK(read_text(victim) == "precious");
        fs::remove(path);
        REQUIRE(std::system(("mkfifo " + path).c_str()) == 0);
        CHECK(home.run({"find"}).status == 8);
        fs::remove(path);
        if (present) fs::rename(path + ".away", path);
    }
    CHECK(home.run({"find"}).status == 0);
}

TEST_CASE("an edit that names no change is refused, and says what could be changed",
          "[scenario][contract]") {
    const Home home;
    home.init();
    home.run({"add", "Mail", "--generate"});
    const Outcome refused = home.run({"edit", "mail"});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "--title"));
    CHECK(has(refused.err, "--editor"));
    CHECK(home.run({"edit", "mail", "--title", "Post"}).status == 0);
}

TEST_CASE("init without a password says that it wants a new one", "[scenario][contract]") {
    const Home home;
    const Outcome refused = home.run_bare({"init"});
    CHECK(refused.status == 5);
    CHECK(has(refused.err, "new master password"));
    CHECK(has(refused.err, "--password-file"));
    CHECK_FALSE(has(refused.err, "--recovery-file"));
}

TEST_CASE("more matches than are listed are counted", "[scenario][contract]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"unlock"}).status == 0);
    for (int i = 0; i < 22; ++i) home.run({"add", "Shop " + std::to_string(i), "--stdin"}, "{}");
    const Outcome many = home.run({"get", "shop", "--json"});
    CHECK(many.status == 4);
    CHECK(has(many.err, "22 items match"));
    const auto candidates = [&](const std::string& text) {
        std::size_t found = 0;
        for (auto at = text.find("\"id\""); at != std::string::npos;
             at = text.find("\"id\"", at + 1))
            ++found;
        return found;
    };
    CHECK(candidates(many.err) == 20);
    CHECK(home.run({"get", "shop 21"}).status == 0);
}

TEST_CASE("an edit that touches the custom fields keeps the secret ones", "[scenario][contract]") {
    const Home home;
    home.init();
    home.run({"add", "Bank", "--stdin"},
             R"({"fields":[{"name":"pin","value":"1234","secret":true}],"notes":"kept"})");
    for (const char* option : {"--identity", "--second-factor"}) {
        const Outcome edited = home.run({"edit", "bank", option, "device:pixel"});
        REQUIRE(edited.status == 0);
        CHECK(has(edited.err, "is for accounts") == (option == std::string("--identity")));
        CHECK(home.run({"get", "bank", "pin"}).out == "1234\n");
    }
    REQUIRE(home.run({"edit", "bank", "--tag", "work", "--username", "u"}).status == 0);
    CHECK(home.run({"get", "bank", "pin"}).out == "1234\n");
    CHECK(home.run({"get", "bank", "notes"}).out == "kept\n");
}

}  // namespace sparekey::tests
