// The agent's protocol, byte by byte.
#include "core/ssh/agent.h"

#include "core/ssh/wire.h"
#include "tests/core/ssh/example_agent.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

using namespace tests;

const Bytes kFailure = {5};

WireWriter message(std::uint8_t type) {
    WireWriter writer;
    writer.byte(type);
    return writer;
}

Bytes sign_request(ByteView blob, ByteView data, std::uint32_t flags) {
    return message(13).string(blob).string(data).number(flags).bytes();
}

}  // namespace

TEST_CASE("the agent lists its keys and signs with the one that is asked for",
          "[core][ssh][agent]") {
    ExampleAgent agent;
    const Bytes list = answer_agent_request(message(11).bytes(), agent);
    WireReader reader(list);
    CHECK(reader.byte().value() == 12);
    CHECK(reader.number().value() == example_keys().size());
    for (const SshPrivateKey& key : example_keys()) {
        const Bytes blob = key.public_key().blob();
        CHECK(text_of(reader.string().value()) == text_of(blob));
        CHECK(reader.text().value() == wire_name(key.kind()));

        const Bytes data = {1, 2, 3};
        const Bytes answer = answer_agent_request(sign_request(blob, data, kSignRsaSha256), agent);
        WireReader signed_reader(answer);
        CHECK(signed_reader.byte().value() == 14);
        CHECK(key.public_key().verify(data, signed_reader.string().value()));
        CHECK(signed_reader.at_end());
    }
    CHECK(reader.at_end());
    CHECK(agent.signatures == example_keys().size());
}

TEST_CASE("what the agent does not do answers failure", "[core][ssh][agent]") {
    ExampleAgent agent;
    const Bytes rsa = example_key(SshKeyKind::rsa).public_key().blob();
    CHECK(answer_agent_request(sign_request(rsa, {}, 0), agent) == kFailure);  // SHA-1
    CHECK(answer_agent_request(sign_request(rsa, {}, 8), agent) == kFailure);
    CHECK(answer_agent_request(sign_request({}, {}, 0), agent) == kFailure);
    CHECK(answer_agent_request({}, agent) == kFailure);
    for (unsigned type = 0; type < 256; ++type) {
        if (type == 11) continue;
        CHECK(answer_agent_request(message(static_cast<std::uint8_t>(type)).bytes(), agent) ==
              kFailure);
    }
    CHECK(answer_agent_request(message(27).text("session-bind@openssh.com").bytes(), agent) ==
          kFailure);
    CHECK(agent.signatures == 0);
}

TEST_CASE("the agent says which extensions it has", "[core][ssh][agent]") {
    ExampleAgent agent;
    CHECK(answer_agent_request(message(27).text("query").bytes(), agent) ==
          message(29).text("query").text("query").bytes());
    CHECK(answer_agent_request(message(27).text("query").byte(0).bytes(), agent) == kFailure);
}

TEST_CASE("a cut or lengthened request answers failure and signs nothing",
          "[core][ssh][agent][damage]") {
    ExampleAgent agent;
    const Bytes whole =
        sign_request(example_key(SshKeyKind::ed25519).public_key().blob(), Bytes(50, 7), 0);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        REQUIRE(answer_agent_request(ByteView(whole).first(size), agent) == kFailure);
    }
    Bytes longer = whole;
    longer.push_back(0);
    CHECK(answer_agent_request(longer, agent) == kFailure);
    CHECK(answer_agent_request(Bytes{11, 0}, agent) == kFailure);
    CHECK(agent.signatures == 0);
    CHECK(answer_agent_request(whole, agent).front() == 14);
}

TEST_CASE("a flipped bit in a request never gives a signature of other data by that key",
          "[core][ssh][agent][damage]") {
    ExampleAgent agent;
    SeededRandom random;
    const SshPrivateKey& key = example_key(SshKeyKind::ed25519);
    const Bytes data(50, 7);
    const Bytes whole = sign_request(key.public_key().blob(), data, 0);
    for (std::size_t i = 0; i < count(1000); ++i) {
        Bytes flipped = whole;
        flipped[random.below(whole.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
        const Bytes answer = answer_agent_request(flipped, agent);
        if (answer == kFailure) continue;
        REQUIRE(answer.front() == 14);
        const auto request = parse_agent_request(flipped);
        REQUIRE(request);
        WireReader reader(answer);
        REQUIRE(reader.byte());
        CHECK(
            key.public_key().verify(std::get<SignRequest>(*request).data, reader.string().value()));
    }
}

TEST_CASE("a message over 256 KiB is refused by its length and by its content",
          "[core][ssh][agent][mutant:ssh-agent-bound]") {
    ExampleAgent agent;
    const Bytes blob = example_key(SshKeyKind::ed25519).public_key().blob();
    const std::size_t around = sign_request(blob, {}, 0).size();
    const Bytes fits = sign_request(blob, Bytes(kLongestAgentMessage - around), 0);
    REQUIRE(fits.size() == kLongestAgentMessage);
    CHECK(answer_agent_request(fits, agent).front() == 14);
    const Bytes too_long = sign_request(blob, Bytes(kLongestAgentMessage - around + 1), 0);
    CHECK(answer_agent_request(too_long, agent) == kFailure);

    const auto size_of = [](std::array<std::uint8_t, 4> prefix) {
        const auto size = agent_message_size(prefix);
        return size ? *size : 0;
    };
    CHECK(size_of({0, 0, 0, 1}) == 1);
    CHECK(size_of({0, 4, 0, 0}) == kLongestAgentMessage);
    CHECK(size_of({0, 4, 0, 1}) == 0);
    CHECK(size_of({0xff, 0xff, 0xff, 0xff}) == 0);
    CHECK(size_of({0, 0, 0, 0}) == 0);
    CHECK(framed_agent_message(Bytes{5}) == Bytes{0, 0, 0, 1, 5});
}

TEST_CASE("a list that no message holds ends with the last key that fits", "[core][ssh][agent]") {
    const std::vector<SshIdentity> many(100, SshIdentity{Bytes(10'000, 1), "key"});
    const Bytes answer = list_answer(many);
    CHECK(answer.size() <= kLongestAgentMessage);
    WireReader reader(answer);
    CHECK(reader.byte().value() == 12);
    const std::uint32_t listed = reader.number().value();
    CHECK(listed == 26);
    for (std::uint32_t i = 0; i < listed; ++i) {
        REQUIRE(reader.string());
        REQUIRE(reader.text());
    }
    CHECK(reader.at_end());
}

}  // namespace sparekey::core
