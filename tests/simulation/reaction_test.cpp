// What somebody who owns the server can learn from, or do to, a device by how it answers: nothing
// by what it does not believe, and a freeze shows.
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>

#include <iostream>

namespace sparekey::tests {
namespace {

/// Remembers what was asked.
class Listener final : public sync::AccountServer {
  public:
    explicit Listener(sync::AccountServer& server) : server_(server) {}
    std::vector<std::string> asked;

    core::Result<std::variant<core::PushAnswer, sync::PushConflict>> push(
        const core::PushRequest& request) override {
        asked.push_back("push");
        return server_.push(request);
    }
    core::Result<core::PullPage> pull(std::uint64_t after) override {
        asked.push_back("pull " + std::to_string(after));
        return server_.pull(after);
    }
    core::Result<core::SnapshotPage> snapshot(const std::optional<core::RecordId>& after) override {
        asked.push_back("snapshot");
        return server_.snapshot(after);
    }

  private:
    sync::AccountServer& server_;
};

void flip(core::MutableBytes bytes, SeededRandom& random) {
    bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
}

/// One bit, or one part, of an honest page.
void spoil(core::PullPage& page, SeededRandom& random) {
    core::SignedCommit& commit = page.commits[random.below(page.commits.size())];
    core::RecordBlob& blob = page.blobs[random.below(page.blobs.size())];
    switch (random.below(7)) {
        case 0:
            return flip(commit.bytes, random);
        case 1:
            return flip(commit.signature, random);
        case 2:
            return flip(blob.blob, random);
        case 3:
            return flip(blob.id.bytes, random);
        case 4:
            return flip(page.head.hash, random);
        case 5:
            return page.blobs.clear();
        default:
            return page.commits.clear();
    }
}

}  // namespace

TEST_CASE("what a device asks after a bad answer does not tell what was wrong with it",
          "[hostile][reaction]") {
    Pair pair;
    pair.change(pair.second, pair.items[1], "unsent");
    LyingServer lying(pair.server);
    lying.on_pull = [&](core::PullPage& page) { spoil(page, pair.random); };
    const auto refuse = [&] {
        Listener listener(lying);
        const auto refused = pair.sync(pair.second, listener);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == core::ErrorCode::integrity);
        return listener.asked;
    };
    const auto first = refuse();
    CHECK(std::count(first.begin(), first.end(), "snapshot") == 0);
    const std::size_t kinds = count(200);
    for (std::size_t kind = 1; kind < kinds; ++kind) REQUIRE(refuse() == first);
    std::cout << "reaction: " << kinds << " bad answers, each time " << first.size()
              << " requests\n";
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.vault().item(pair.items[0])->username == "changed");
}

TEST_CASE("a server without news for ever does not make the last news younger",
          "[hostile][reaction]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    const auto before = *pair.second.replica().membership();
    REQUIRE(before);
    LyingServer frozen(pair.server);
    frozen.on_pull = [&](core::PullPage& page) {
        page.commits.clear();
        page.blobs.clear();
        page.head = before->head;
    };
    const std::uint64_t day = 25ULL * 3'600'000;
    pair.time_ms += day;
    pair.change(pair.first, pair.items[1], "withheld");
    REQUIRE(*pair.first.sync());
    REQUIRE(pair.sync(pair.second, frozen));
    const auto after = *pair.second.replica().membership();
    REQUIRE(after);
    CHECK(after->head_ms == before->head_ms);
    // The news themselves do.
    REQUIRE(*pair.second.sync());
    CHECK((*pair.second.replica().membership())->head_ms >= before->head_ms + day);
}

}  // namespace sparekey::tests
