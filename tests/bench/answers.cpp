// bench_answers: how long a refusal takes of an account or device that is there, and of
// one that is not (H-12), at the server's handlers with a SQLite store; 5,000 samples of each, in
// turn.
//
// Prints JSON, for each kind of request: the median (µs) of both, and Welch's t of their means, the
// slowest tenth left out; beside it the t of two halves of the same kind, which is the noise.
#include "tests/support/chain_client.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>

namespace sparekey::tests {
namespace {

using Samples = std::vector<double>;  // µs
/// A request to be timed, which the call makes.
using Prepared = std::function<void()>;

constexpr std::uint64_t kForgotten_ms = 2 * 3'600'000;  // failures, by whoever counts them

double time_of(const Prepared& request) {
    const auto began = std::chrono::steady_clock::now();
    request();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began)
        .count();
}

struct Spread {
    double mean = 0;
    double variance_of_mean = 0;
};

Spread spread_of(Samples samples) {
    std::ranges::sort(samples);
    samples.resize(samples.size() * 9 / 10);
    const auto count = static_cast<double>(samples.size());
    double sum = 0, squares = 0;
    for (const double sample : samples) sum += sample;
    for (const double sample : samples) squares += std::pow(sample - sum / count, 2);
    return {sum / count, squares / (count - 1) / count};
}

double welch_t(const Samples& left, const Samples& right) {
    const Spread a = spread_of(left), b = spread_of(right);
    return (a.mean - b.mean) / std::sqrt(a.variance_of_mean + b.variance_of_mean);
}

double median(Samples samples) {
    std::ranges::nth_element(samples, samples.begin() + samples.size() / 2);
    return samples[samples.size() / 2];
}

class Scene {
  public:
    explicit Scene(int samples) : samples_(samples) { client_.found(); }

    void measure_all() {
        std::printf("{");
        measure("assertion", [&](bool known) { return assertion(known); });
        measure("opening", [&](bool known) { return opening(known); });
        measure("recovery", [&](bool known) { return recovery(known); });
        std::printf("\n}\n");
    }

  private:
    void measure(const char* name, const std::function<Prepared(bool known)>& prepare) {
        std::array<Samples, 3> times;  // known, known again, unknown
        for (int at = 0; at < samples_ * 3; ++at) {
            const auto kind = static_cast<std::size_t>(at % 3);
            server_.clock.pass(kForgotten_ms);
            times.at(kind).push_back(time_of(prepare(kind != 2)));
        }
        std::printf(
            "%s\n  \"%s\": {\"known_us\": %.0f, \"unknown_us\": %.0f, \"t\": %.2f, "
            "\"t_noise\": %.2f}",
            first_ ? "" : ",", name, median(times[0]), median(times[2]),
            welch_t(times[0], times[2]), welch_t(times[0], times[1]));
        std::fflush(stdout);
        first_ = false;
    }

    Prepared assertion(bool known) {
        const TestDevice thief(server_.random);
        const core::DeviceId whose = known ? client_.first.id() : thief.id();
        const std::string forged =
            sync::make_assertion(known ? client_.vault : core::VaultId::random(server_.random),
                                 whose, server_.settings.origin, thief.signing.expose(),
                                 server_.clock.now_ms(), server_.random);
        return [this, forged] { CHECK(client_.ask_token(forged).status == 400); };
    }

    Prepared opening(bool known) {
        const TestDevice phone(server_.random);
        sync::LoginWish wish;
        wish.device = client_.claim(phone);
        const core::VaultId account = known ? client_.vault : core::VaultId::random(server_.random);
        const std::string token = sync::issue_enrolment(
            server_.services(), sync::claim_enrolment(server_.services(), wish, account.text()));
        const std::string body = R"({"opener":")" + core::to_base64url(server_.random.bytes<32>()) +
                                 R"(","signature":")" +
                                 core::to_base64url(server_.random.bytes<64>()) + R"("})";
        return [this, token, body] {
            CHECK(server_.post_json(std::string(sync::path::kEnrolmentOpen), body, token).status ==
                  403);
        };
    }

    Prepared recovery(bool known) {
        const core::VaultId account = known ? client_.vault : core::VaultId::random(server_.random);
        const std::string key = core::to_base64url(server_.random.bytes<32>());
        const std::string body = R"({"account":")" + account.text() +
                                 R"(","device_name":"x","device_key":")" + key +
                                 R"(","receiving_key":")" + key + R"("})";
        return [this, body] {
            CHECK(server_.post_json(std::string(sync::path::kRecovery), body).status == 200);
        };
    }

    const int samples_;
    AccountServer server_;
    ChainClient client_{server_};
    bool first_ = true;
};

}  // namespace

TEST_CASE("how long a refusal takes of who is there, and of who is not") {
    Scene(static_cast<int>(count(5000))).measure_all();
}

}  // namespace sparekey::tests
