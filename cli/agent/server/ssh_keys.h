// The SSH keys of the vault that the worker holds, as ssh-agent's protocol asks for them.
#pragma once

#include "cli/agent/server/vault_holder.h"
#include "core/ssh/agent.h"

namespace sparekey::cli::agent {

class VaultSshKeys final : public core::SshKeys {
  public:
    /// `by`: who asks, for the audit log.
    VaultSshKeys(VaultHolder& holder, std::string by) : holder_(holder), by_(std::move(by)) {}

    /// What to ask a person before this request is answered, if anything.
    std::optional<std::string> wants_confirmation(core::ByteView message);
    /// The answer without its length; FAILURE for whatever goes wrong.
    core::Bytes answer(core::ByteView message);

    std::vector<core::SshIdentity> identities() override;
    core::Result<core::Bytes> sign(core::ByteView public_blob, core::ByteView data,
                                   std::uint32_t flags) override;

  private:
    /// The items of the type ssh-key, read whole: nobody is shown them.
    core::Result<std::vector<core::Item>> items();
    core::Result<core::Item> item_of(core::ByteView public_blob);

    VaultHolder& holder_;
    std::string by_;
};

}  // namespace sparekey::cli::agent
