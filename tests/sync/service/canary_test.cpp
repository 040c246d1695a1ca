// What somebody gets who takes the server's store and its logs, and listens on the wire: nothing
// that an item says.
#include "core/secret/base64.h"
#include "tests/support/loopback_server.h"
#include "tests/support/seeded_random.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

#include <mutex>

namespace sparekey::tests {
namespace {

constexpr std::size_t kCanaryItems = 100;
constexpr std::size_t kCanariesAnItem = 5;

/// Stands before a server, and writes down what goes both ways.
class RecordingProxy {
  public:
    std::string origin() const { return server_.url(""); }
    void lead_to(int port) { port_ = port; }
    std::string record() const {
        const std::lock_guard lock(mutex_);
        return record_;
    }

  private:
    std::string pass(std::string request) {
        // So that the end of the answer is the connection's.
        request.insert(request.find("\r\n") + 2, "Connection: close\r\n");
        RawClient server("127.0.0.1:" + std::to_string(port_));
        server.send(request);
        std::string answer = server.receive_all();
        const std::lock_guard lock(mutex_);
        record_ += request + answer;
        return answer;
    }

    mutable std::mutex mutex_;
    std::string record_;
    std::atomic<int> port_ = 0;
    LoopbackServer server_{[this](const std::string& request) { return pass(request); }};
};

/// Sixteen letters that are also base32, so that they can be a seed.
std::string canary(SeededRandom& random) {
    std::string text;
    for (int at = 0; at < 16; ++at) text += static_cast<char>('A' + random.below(26));
    return text;
}

struct Canaries {
    explicit Canaries(SeededRandom& random) {
        document = R"({"folders":[)";
        for (std::size_t item = 0; item < kCanaryItems; ++item) {
            const std::size_t first = all.size();
            for (std::size_t at = 0; at < kCanariesAnItem; ++at) all.push_back(canary(random));
            const auto one = [&](std::size_t at) { return all[first + at]; };
            const std::string folder = "f" + std::to_string(item);
            const std::string comma = item == 0 ? "" : ",";
            document += comma + R"({"id":")" + folder + R"(","name":")" + one(0) + R"("})";
            items += comma + R"({"type":1,"folderId":")" + folder + R"(","name":")" + one(1) +
                     R"(","login":{"username":")" + one(2) + R"(","totp":")" + one(3) +
                     R"(","uris":[{"uri":"https://)" + one(4) + R"(.example/"}]}})";
        }
        document += R"(],"items":[)" + items + "]}";
    }
    /// In clear, small letters, hexadecimal or base64 at each of its three places.
    std::size_t found_in(const std::string& bytes) const {
        std::size_t found = 0;
        for (const std::string& text : all) {
            for (const std::string& form : forms(text)) found += has(bytes, form) ? 1U : 0U;
        }
        return found;
    }

    std::vector<std::string> all;
    std::string document;

  private:
    static std::vector<std::string> forms(const std::string& text) {
        std::vector<std::string> forms{text, text, {}};
        for (char& letter : forms[1]) letter = static_cast<char>(letter - 'A' + 'a');
        for (const char letter : text) {
            constexpr const char* kDigits = "0123456789abcdef";
            forms[2] += kDigits[letter >> 4];
            forms[2] += kDigits[letter & 15];
        }
        for (std::size_t skipped = 0; skipped < 3; ++skipped) {
            const std::string rest = text.substr(skipped, 12);
            forms.emplace_back(core::secret_to_base64(core::bytes_of(rest)).expose());
        }
        return forms;
    }
    std::string items;
};

}  // namespace

TEST_CASE("neither the server's store, nor its log, nor the wire holds what an item says",
          "[sync][service][login][canary]") {
    SeededRandom random;
    const Canaries canaries(random);
    RecordingProxy proxy;
    Landscape there(proxy.origin());
    proxy.lead_to(there.server.port());
    const MemberHome member(there);
    write_text(member.home.file("import.json"), canaries.document);
    const std::string file = member.home.file("import.json");
    REQUIRE(canaries.found_in(read_text(file)) >= kCanaryItems * kCanariesAnItem);
    REQUIRE(member.home.run({"import", "bitwarden-json", file}).status == 0);
    const Outcome sync = member.home.run({"sync", "--json"});
    INFO(sync.err);
    REQUIRE(sync.status == 0);
    const Home phone;
    REQUIRE(there
                .log_in(phone, "alice",
                        {"--paste", "--secret-key-file", member.write("sk", "secret_key")})
                .status == 0);
    REQUIRE(phone.run({"get", canaries.all[1], "username"}).out == canaries.all[2] + "\n");

    const std::string wire = proxy.record();
    CHECK(has(wire, "POST /api/v1/commits"));
    CHECK(has(wire, "GET /api/v1/snapshot"));
    CHECK(wire.size() > 2 * kCanaryItems * 256);
    CHECK(canaries.found_in(wire) == 0);
    CHECK(there.server.stop() == 0);
    const std::string store = read_text(there.server.store_path());
    CHECK(store.size() > kCanaryItems * 256);
    CHECK(canaries.found_in(store) == 0);
    CHECK_FALSE(there.server.log().empty());
    CHECK(canaries.found_in(there.server.log()) == 0);
}

}  // namespace sparekey::tests
