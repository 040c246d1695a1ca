#include "sync/server/http/limiter.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <malloc.h>

using namespace sparekey;
using namespace sparekey::sync;

namespace {

class SteeredClock final : public core::Clock {
  public:
    std::uint64_t now_ms() const override { return now; }
    std::uint64_t now = 1'000'000;
};

struct Limited {
    SteeredClock clock;
    tests::SeededRandom random;
    Limiter limiter;
    explicit Limited(LimiterSettings settings = {}) : limiter(settings, clock, random) {}
};

LimiterSettings small() {
    LimiterSettings settings;
    settings.requests_a_second = 2;
    settings.burst = 4;
    settings.cheap_cost = 0.5;
    settings.by_address = {2, 1'000, 8'000, 60'000};
    settings.by_key = {1, 1'000, 4'000, 60'000};
    return settings;
}

}  // namespace

TEST_CASE("an address may burst, and then goes at its rate",
          "[sync][limiter][mutant:limiter-bucket]") {
    Limited it(small());
    for (int i = 0; i < 4; ++i) CHECK(it.limiter.admit("192.0.2.1", Rate::ordinary) == 0);
    CHECK(it.limiter.admit("192.0.2.1", Rate::ordinary) == 1);
    CHECK(it.limiter.admit("192.0.2.2", Rate::ordinary) == 0);
    it.clock.now += 500;
    CHECK(it.limiter.admit("192.0.2.1", Rate::ordinary) == 0);
    CHECK(it.limiter.admit("192.0.2.1", Rate::cheap) == 1);
    it.clock.now -= 400'000;
    CHECK(it.limiter.admit("192.0.2.1", Rate::cheap) == 1);
    it.clock.now += 800'000;
    for (int i = 0; i < 8; ++i) CHECK(it.limiter.admit("192.0.2.1", Rate::cheap) == 0);
    CHECK(it.limiter.admit("192.0.2.1", Rate::cheap) == 1);
}

TEST_CASE("an account may push so often in a day, at whatever pace",
          "[sync][limiter][mutant:limiter-pushes]") {
    LimiterSettings settings = small();
    settings.pushes_a_day = 24;
    Limited it(settings);
    for (int i = 0; i < 24; ++i) CHECK(it.limiter.admit_push("alice") == 0);
    CHECK(it.limiter.admit_push("alice") == 3600);
    CHECK(it.limiter.admit_push("bob") == 0);
    it.clock.now += 2 * 3'600'000;
    CHECK(it.limiter.admit_push("alice") == 0);
    CHECK(it.limiter.admit_push("alice") == 0);
    CHECK(it.limiter.admit_push("alice") > 0);
    it.clock.now += std::uint64_t{10} * 24 * 3'600'000;
    for (int i = 0; i < 24; ++i) CHECK(it.limiter.admit_push("alice") == 0);
    CHECK(it.limiter.admit_push("alice") == 3600);

    settings.pushes_a_day = 0;
    Limited free(settings);
    for (int i = 0; i < 100'000; ++i) REQUIRE(free.limiter.admit_push("alice") == 0);
}

TEST_CASE("a subscriber's 64 bits of IPv6 are one address",
          "[sync][limiter][mutant:limiter-group]") {
    Limited it(small());
    for (const auto* address : {"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"}) {
        CHECK(it.limiter.admit(address, Rate::ordinary) == 0);
    }
    CHECK(it.limiter.admit("2001:db8::5", Rate::ordinary) == 1);
    CHECK(it.limiter.admit("2001:db8:0:1::5", Rate::ordinary) == 0);
}

TEST_CASE("failed attempts from an address wait twice as long each time",
          "[sync][limiter][mutant:limiter-backoff]") {
    auto settings = small();
    settings.requests_a_second = 0;
    Limited it(settings);
    const auto fail = [&] { it.limiter.failed("192.0.2.1", {}); };
    const auto wait = [&] { return it.limiter.admit("192.0.2.1", Rate::attempt); };
    fail();
    fail();
    CHECK(wait() == 0);
    for (const unsigned seconds : {1U, 2U, 4U, 8U, 8U}) {
        fail();
        CHECK(wait() == seconds);
        CHECK(it.limiter.admit("192.0.2.1", Rate::ordinary) == 0);
        CHECK(it.limiter.admit("192.0.2.2", Rate::attempt) == 0);
        it.clock.now += seconds * 1000;
        CHECK(wait() == 0);
    }
    it.clock.now += 60'000;
    fail();
    CHECK(wait() == 0);
}

TEST_CASE("a key's failures slow the key down from wherever it comes",
          "[sync][limiter][mutant:limiter-key]") {
    Limited it(small());
    CHECK(it.limiter.wait_for("device:a") == 0);
    it.limiter.failed("192.0.2.1", "device:a");
    it.limiter.failed("192.0.2.2", "device:a");
    CHECK(it.limiter.wait_for("device:a") == 1);
    it.limiter.failed("192.0.2.3", "device:a");
    CHECK(it.limiter.wait_for("device:a") == 2);
    CHECK(it.limiter.wait_for("device:b") == 0);
    it.limiter.succeeded("device:a");
    CHECK(it.limiter.wait_for("device:a") == 0);
}

TEST_CASE("a proof that was found good does not wait for what others at its address failed",
          "[sync][limiter]") {
    auto settings = small();
    settings.proof_ms = 5'000;
    Limited it(settings);
    const std::string address = "192.0.2.1";
    for (int i = 0; i < 5; ++i) it.limiter.failed(address, {});
    it.limiter.prove("page:a");
    CHECK(it.limiter.admit(address, Rate::attempt) == 4);
    CHECK(it.limiter.admit(address, Rate::attempt, "page:b") == 4);
    CHECK(it.limiter.wait_at(address) == 4);
    CHECK(it.limiter.wait_at(address, "page:b") == 4);
    CHECK(it.limiter.wait_at("192.0.2.2") == 0);
    CHECK(it.limiter.admit(address, Rate::attempt, "page:a") == 0);
    CHECK(it.limiter.wait_at(address, "page:a") == 0);
    for (int i = 0; i < 3; ++i) CHECK(it.limiter.admit(address, Rate::deferred) == 0);
    CHECK(it.limiter.admit(address, Rate::attempt, "page:a") == 1);  // the bucket stays
    it.limiter.disprove("page:a");
    CHECK(it.limiter.wait_at(address, "page:a") == 4);
    it.limiter.prove("page:a");
    it.limiter.failed(address, {});
    it.clock.now += 5'000;
    CHECK(it.limiter.wait_at(address, "page:a") == 3);
}

TEST_CASE("a million addresses and as many keys stay within 32 MiB", "[sync][limiter]") {
    const std::size_t before = ::mallinfo2().uordblks;
    Limited it;
    const std::size_t full = tests::count(1'000'000);
    for (std::size_t i = 0; i < full; ++i) {
        const std::string address = "2001:db8:" + std::to_string(i / 10000 % 10000) + ":" +
                                    std::to_string(i % 10000) + "::1";
        it.limiter.failed(address, "device:" + std::to_string(i));
    }
    const std::size_t used = ::mallinfo2().uordblks - before;
    INFO("bytes in use: " << used);
    CHECK(used <= std::size_t{32} << 20);
    WARN("limiter: " << used / 1024 << " KiB after " << full << " addresses");
}

TEST_CASE("whoever comes again is not forgotten for those who came once", "[sync][limiter]") {
    auto settings = small();
    settings.most_addresses = 4;
    Limited it(settings);
    for (int i = 0; i < 3; ++i) it.limiter.failed("192.0.2.1", {});
    for (int i = 2; i < 20; ++i) {
        it.limiter.admit("192.0.2." + std::to_string(i), Rate::cheap);
        CHECK(it.limiter.admit("192.0.2.1", Rate::attempt) == 1);
    }
}
