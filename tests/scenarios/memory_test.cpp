// What is left in memory after `lock`, and what is ever in arguments and environments (T-06, L-27).
#include "core/vault/seal.h"
#include "core/vault/slots.h"
#include "storage/folder/opened_folder.h"
#include "tests/support/agent_peer.h"
#include "tests/support/clipboard.h"
#include "tests/support/memory_scan.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <thread>

namespace sparekey::tests {
namespace {

/// `size` printable characters, from the seed.
std::string random_text(SeededRandom& random, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('!' + random.below(94));
    for (char& c : text) {
        if (c == '"' || c == '\\') c = '~';
    }
    return text;
}

template <class Bytes>
std::string text_of(const Bytes& bytes) {
    return std::string(bytes.begin(), bytes.end());
}

struct Secrets {
    std::string password;
    std::string item_password;
    std::string totp = "JBSWY3DPEHPK3PXPGEZDGNBV";
    std::string notes;
};

/// Everything that must not be left: what people typed, and every key behind it.
std::vector<Canary> canaries_of(const Home& home, const Secrets& secrets) {
    std::vector<Canary> canaries;
    add_spellings(canaries, "password", secrets.password);
    canaries.push_back({"item password", secrets.item_password});
    canaries.push_back({"totp seed", secrets.totp});
    canaries.push_back({"notes", secrets.notes});
    const storage::FolderPaths paths{home.vault_folder(), home.state_folder()};
    core::Credential credential{core::SlotKind::password,
                                core::SecretBytes::copy_of(core::bytes_of(secrets.password))};
    SeededRandom random;
    const auto folder =
        storage::OpenedFolder::open(paths, credential, {}, 1'700'000'000'000, random);
    REQUIRE(folder);
    const core::Keyring& keyring = (*folder)->keyring();
    const auto add = [&](const std::string& name, const auto& key) {
        add_spellings(canaries, name, text_of(key.expose()));
    };
    add("vault key", (*folder)->vault_key());
    add("Secret Key", keyring.secret_key);
    add("recovery code", keyring.recovery_code);
    add("id key", keyring.id_key);
    add("epoch key", keyring.epochs.front());
    add("account key", keyring.account.front());
    const auto device = core::open_device_secrets((*folder)->vault_key(), (*folder)->key_slots());
    REQUIRE(device);
    add("database key", device->database);
    add("device signing key", device->signing);
    add("device box key", device->box);
    return canaries;
}

/// Pieces of four bytes that a process without secrets does not hold by chance.
void add_pieces(std::vector<Canary>& canaries, const std::string& password, pid_t before) {
    std::vector<Canary> pieces;
    for (std::size_t i = 0; i + 4 <= password.size(); ++i) {
        pieces.push_back(
            {"piece " + std::to_string(i) + " of the password", password.substr(i, 4)});
    }
    const auto by_chance = scan_memory(before, pieces);
    for (Canary& piece : pieces) {
        if (by_chance.count(piece.name) == 0) canaries.push_back(std::move(piece));
    }
}

}  // namespace

TEST_CASE("after lock no memory of ours holds a secret", "[scenario][agent][memory]") {
    if (::geteuid() != 0) SKIP("only root can read another process's memory");
    SeededRandom random;
    const Home home;
    Secrets secrets;
    secrets.password = random_text(random, 24);
    secrets.item_password = random_text(random, 24);
    secrets.notes = random_text(random, 40);
    write_text(home.file("password"), secrets.password + "\n");
    home.init();
    const std::string document = "{\"password\":\"" + secrets.item_password + "\",\"totp\":\"" +
                                 secrets.totp + "\",\"notes\":\"" + secrets.notes + "\"}";
    REQUIRE(home.run({"add", "A title to be found", "--stdin"}, document).status == 0);
    std::vector<Canary> canaries = canaries_of(home, secrets);
    REQUIRE(home.run_bare({"agent"}).status == 0);
    const pid_t agent = AgentPeer(home.runtime_folder() + "/agent.sock").process();
    add_pieces(canaries, secrets.password, agent);
    REQUIRE(canaries.size() >= 30);

    std::size_t hits_unlocked = 0;
    const std::size_t rounds = count(20);
    for (std::size_t round = 0; round < rounds; ++round) {
        REQUIRE(home.run({"unlock"}).status == 0);
        CHECK(home.run_bare({"get", "title", "password"}).out == secrets.item_password + "\n");
        CHECK(home.run_bare({"get", "title", "--json"}).status == 0);
        CHECK(home.run_bare({"otp", "title"}).status == 0);
        CHECK(home.run_bare({"find", "title"}).status == 0);
        const pid_t worker = workers_of(agent).at(0);
        // The positive control: SQLCipher has to keep the database key where it can read it.
        const auto unlocked = scan_memory(worker, canaries);
        CHECK_FALSE(unlocked.empty());
        for (const auto& [name, hits] : unlocked) hits_unlocked += hits;
        // The password has done its work by then.
        CHECK(unlocked.count("password") == 0);
        REQUIRE(home.run_bare({"lock"}).status == 0);
        CHECK(::kill(worker, 0) != 0);
        CHECK(workers_of(agent).empty());
        for (const auto& [name, hits] : scan_memory(agent, canaries)) {
            FAIL_CHECK("after lock the agent holds " << name << ", " << hits << " times");
        }
    }
    std::cout << "memory: " << canaries.size() << " canaries, " << rounds
              << " rounds, 0 hits after lock; " << hits_unlocked << " while unlocked\n";
}

TEST_CASE("doctor tells of the database's memory that has no place among what is locked",
          "[scenario][memory]") {
#ifdef SPAREKEY_SANITIZED
    SKIP("a sanitizer makes mlock() do nothing");
#endif
    Home home;
    home.init();
    std::string rows = "name,url,username,password\n";
    for (int i = 0; i < 2000; ++i) rows += "item " + std::to_string(i) + ",,alice,secret\n";
    write_text(home.file("rows.csv"), rows);
    REQUIRE(home.run({"import", "chrome-csv", home.file("rows.csv")}).status == 0);
    if (!become_nobody(home)) SKIP("another user cannot reach the programs");
    const auto with_limit = [&, before = home.in_child](rlim_t bytes) {
        home.in_child = [before, bytes] {
            const rlimit most{bytes, bytes};
            ::setrlimit(RLIMIT_MEMLOCK, &most);
            if (before) before();
        };
        const Outcome doctor = home.run({"doctor", "--json"});
        INFO(doctor.out);
        CHECK(has(doctor.out, R"("name":"memory locking","ok":true)"));
        return has(doctor.out, "KiB of the database's memory may");
    };
    CHECK(with_limit(rlim_t{512} << 10));
    CHECK_FALSE(with_limit(rlim_t{64} << 20));
}

TEST_CASE("no secret is in anybody's arguments or environment", "[scenario][agent][memory]") {
    SeededRandom random;
    const Home home;
    Secrets secrets;
    secrets.password = random_text(random, 24);
    secrets.item_password = random_text(random, 24);
    secrets.notes = random_text(random, 40);
    write_text(home.file("password"), secrets.password + "\n");
    home.init();
    const std::string document =
        "{\"password\":\"" + secrets.item_password + "\",\"notes\":\"" + secrets.notes + "\"}";
    home.run({"add", "Title", "--stdin"}, document);
    const std::vector<Canary> canaries = canaries_of(home, secrets);
    std::atomic<bool> done{false};
    std::atomic<std::size_t> samples{0};
    std::vector<std::string> found;
    std::thread sampling([&] {
        while (!done) {
            for (std::string& one : scan_arguments(canaries)) found.push_back(std::move(one));
            ++samples;
        }
    });
    home.run({"unlock"});
    const std::size_t commands = count(300);
    for (std::size_t i = 0; i < commands; ++i) {
        if (i % 3 == 0) home.run_bare({"get", "title", "password"});
        if (i % 3 == 1) home.run_bare({"edit", "title", "--stdin"}, document);
        if (i % 3 == 2) home.run_bare({"get", "title", "--json"});
    }
    done = true;
    sampling.join();
    for (const std::string& one : found) FAIL_CHECK(one);
    CHECK(samples > 0);
    std::cout << "arguments: " << samples << " samples during " << commands << " commands\n";
}

TEST_CASE("no process of ours can leave a core file", "[scenario][agent][memory][crash]") {
    Home home;
    home.in_child = [] {
        const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
        ::setrlimit(RLIMIT_CORE, &all);
    };
    home.init();
    REQUIRE(home.run({"unlock"}).status == 0);
    const pid_t agent = AgentPeer(home.runtime_folder() + "/agent.sock").process();
    for (const pid_t process : {agent, workers_of(agent).at(0)}) {
        const std::string limits = read_text("/proc/" + std::to_string(process) + "/limits");
        const auto at = limits.find("Max core file size");
        REQUIRE(at != std::string::npos);
        CHECK(limits.substr(at, 40).find(" 0 ") != std::string::npos);
    }
    ::kill(workers_of(agent).at(0), SIGSEGV);
    CHECK(home.run({"unlock"}).status == 0);
}

}  // namespace sparekey::tests
