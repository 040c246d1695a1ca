// libFuzzer: a message to the SSH agent answers with one of the four messages there are, in bounds.
#include "core/ssh/agent.h"

#include <cstdlib>

namespace {

using namespace sparekey;

/// Signs anything by any key, so that a request's every byte gets through.
class AnyKeys final : public core::SshKeys {
  public:
    std::vector<core::SshIdentity> identities() override { return {{core::Bytes(32, 1), "key"}}; }
    core::Result<core::Bytes> sign(core::ByteView blob, core::ByteView data,
                                   std::uint32_t flags) override {
        if (flags > 6) return core::unexpected(core::ErrorCode::usage, "flags");
        core::Bytes both(blob.begin(), blob.end());
        both.insert(both.end(), data.begin(), data.end());
        return both;
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    AnyKeys keys;
    const core::Bytes answer = core::answer_agent_request({data, size}, keys);
    if (answer.empty() || answer.size() > core::kLongestAgentMessage) std::abort();
    switch (answer.front()) {
        case 5:
            if (answer.size() != 1) std::abort();
            break;
        case 12:
        case 14:
        case 29:
            break;
        default:
            std::abort();
    }
    if (size >= 4) {
        const auto length = core::agent_message_size(std::span<const std::uint8_t, 4>(data, 4));
        if (length && (*length == 0 || *length > core::kLongestAgentMessage)) std::abort();
    }
    return 0;
}
