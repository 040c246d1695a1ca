// The SSH agent's protocol (draft-ietf-sshm-ssh-agent): bytes of a request in, bytes of the answer
// out; no socket and no clock.
//
// A client may list keys and ask for signatures. Adding, removing, locking and smart cards answer
// FAILURE: keys are kept in the vault. So does anything malformed, unknown or too long.
// answer_agent_request() is the whole of it; the parts are there for a server that has to wait for
// a person between request and answer.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace sparekey::core {

/// Of a message, either way, without the four bytes of its length; as OpenSSH has it.
inline constexpr std::size_t kLongestAgentMessage = std::size_t{256} << 10;

struct SshIdentity {
    Bytes blob;  // SshPublicKey::blob()
    std::string comment;
};

/// The keys that the agent offers: of an unlocked vault, in the order of the answer.
class SshKeys {
  public:
    virtual ~SshKeys() = default;
    virtual std::vector<SshIdentity> identities() = 0;
    /// As SshPrivateKey::sign() by the key with this public blob; an error if there is none or its
    /// owner says no.
    virtual Result<Bytes> sign(ByteView public_blob, ByteView data, std::uint32_t flags) = 0;
};

struct ListRequest {};
struct SignRequest {
    Bytes public_blob;
    Bytes data;
    std::uint32_t flags = 0;
};
struct QueryRequest {};  // which extensions there are
using AgentRequest = std::variant<ListRequest, SignRequest, QueryRequest>;

/// ErrorCode::usage for all that answers FAILURE. `message` is without its length.
Result<AgentRequest> parse_agent_request(ByteView message);
/// As many of them as a message holds.
Bytes list_answer(const std::vector<SshIdentity>& identities);
Bytes sign_answer(ByteView signature);
Bytes query_answer();
Bytes failure_answer();

/// Both without their length. Throws only what `keys` throws.
Bytes answer_agent_request(ByteView message, SshKeys& keys);

/// The length that stands before a message: 1 to kLongestAgentMessage, else ErrorCode::usage, and
/// the connection has lost its place and ends.
Result<std::size_t> agent_message_size(std::span<const std::uint8_t, 4> prefix);
/// The message behind its length.
Bytes framed_agent_message(ByteView message);

}  // namespace sparekey::core
