#include "core/ssh/agent.h"

#include "core/base/mutant.h"
#include "core/ssh/wire.h"

namespace sparekey::core {
namespace {

enum class MessageType : std::uint8_t {
    failure = 5,
    request_identities = 11,
    identities_answer = 12,
    sign_request = 13,
    sign_response = 14,
    extension = 27,
    extension_response = 29,
};

constexpr std::string_view kQuery = "query";

Unexpected refused_request(const char* message) {
    return unexpected(ErrorCode::usage, message);
}

WireWriter begin(MessageType type) {
    WireWriter writer;
    writer.byte(static_cast<std::uint8_t>(type));
    return writer;
}

Bytes kept(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

Result<AgentRequest> read_sign_request(WireReader& reader) {
    SPAREKEY_TRY(const ByteView blob, reader.string());
    SPAREKEY_TRY(const ByteView data, reader.string());
    SPAREKEY_TRY(const std::uint32_t flags, reader.number());
    return AgentRequest(SignRequest{kept(blob), kept(data), flags});
}

Result<AgentRequest> read_extension(WireReader& reader) {
    SPAREKEY_TRY(const std::string_view name, reader.text());
    if (name != kQuery) return refused_request("the agent has no such extension");
    return AgentRequest(QueryRequest{});
}

Result<AgentRequest> read_request(WireReader& reader) {
    SPAREKEY_TRY(const std::uint8_t type, reader.byte());
    switch (static_cast<MessageType>(type)) {
        case MessageType::request_identities:
            return AgentRequest(ListRequest{});
        case MessageType::sign_request:
            return read_sign_request(reader);
        case MessageType::extension:
            return read_extension(reader);
        default:
            return refused_request("the agent does not do that");
    }
}

}  // namespace

Result<AgentRequest> parse_agent_request(ByteView message) {
    if (!SPAREKEY_LEFT_OUT("ssh-agent-bound") && message.size() > kLongestAgentMessage) {
        return refused_request("the agent's message is too long");
    }
    WireReader reader(message);
    SPAREKEY_TRY(AgentRequest request, read_request(reader));
    if (!reader.at_end()) return refused_request("the agent's message has bytes left over");
    return request;
}

Bytes list_answer(const std::vector<SshIdentity>& identities) {
    WireWriter list;
    std::uint32_t count = 0;
    for (const SshIdentity& identity : identities) {
        WireWriter one;
        one.string(identity.blob).text(identity.comment);
        if (1 + 4 + list.size() + one.size() > kLongestAgentMessage) break;
        list.raw(one.expose());
        ++count;
    }
    return begin(MessageType::identities_answer).number(count).raw(list.expose()).bytes();
}

Bytes sign_answer(ByteView signature) {
    return begin(MessageType::sign_response).string(signature).bytes();
}

Bytes query_answer() {
    return begin(MessageType::extension_response).text(kQuery).text(kQuery).bytes();
}

Bytes failure_answer() {
    return begin(MessageType::failure).bytes();
}

Bytes answer_agent_request(ByteView message, SshKeys& keys) {
    const auto request = parse_agent_request(message);
    if (!request) return failure_answer();
    if (std::holds_alternative<ListRequest>(*request)) return list_answer(keys.identities());
    if (std::holds_alternative<QueryRequest>(*request)) return query_answer();
    const auto& wish = std::get<SignRequest>(*request);
    const auto signature = keys.sign(wish.public_blob, wish.data, wish.flags);
    return signature ? sign_answer(*signature) : failure_answer();
}

Result<std::size_t> agent_message_size(std::span<const std::uint8_t, 4> prefix) {
    SPAREKEY_TRY(const std::uint32_t size, WireReader(prefix).number());
    if (size == 0 || (!SPAREKEY_LEFT_OUT("ssh-agent-bound") && size > kLongestAgentMessage)) {
        return refused_request("the agent's message has an impossible length");
    }
    return std::size_t{size};
}

Bytes framed_agent_message(ByteView message) {
    return WireWriter().string(message).bytes();
}

}  // namespace sparekey::core
