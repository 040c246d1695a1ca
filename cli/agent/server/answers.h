// From a question to its answer: what the agent does for a command, without the socket.
#pragma once

#include "cli/agent/message_codec.h"
#include "cli/agent/server/vault_holder.h"

namespace sparekey::cli::agent {

/// The answer's frame. `passed` is the descriptor that came with the question, if any. Failures of
/// the machine are answers too: nothing is thrown. Import and StepAside are the worker's own.
core::SecretBytes answer(VaultHolder& holder, Question&& question, const std::string& by,
                         const storage::File& passed);

/// Whether it keeps the vault open: looking at the state of things is no use of it.
bool is_use(const Question& question);

/// Runs `work` and turns what it throws into an error: the border of one question.
core::Error error_of_current_exception();

}  // namespace sparekey::cli::agent
