// An agent that offers the example keys.
#pragma once

#include "core/ssh/agent.h"
#include "tests/core/ssh/ssh_examples.h"

namespace sparekey::tests {

class ExampleAgent final : public core::SshKeys {
  public:
    std::vector<core::SshIdentity> identities() override {
        std::vector<core::SshIdentity> listed;
        for (const core::SshPrivateKey& key : example_keys()) {
            listed.push_back({key.public_key().blob(), std::string(core::wire_name(key.kind()))});
        }
        return listed;
    }
    core::Result<core::Bytes> sign(core::ByteView public_blob, core::ByteView data,
                                   std::uint32_t flags) override {
        for (const core::SshPrivateKey& key : example_keys()) {
            if (core::text_of(key.public_key().blob()) != core::text_of(public_blob)) continue;
            auto signature = key.sign(data, flags);
            if (signature) ++signatures;
            return signature;
        }
        return core::unexpected(core::ErrorCode::not_found, "no such key");
    }

    std::size_t signatures = 0;
};

}  // namespace sparekey::tests
