// Asking a person whether an SSH key may be used, by pinentry, in a process of its own.
#pragma once

#include "core/base/bytes.h"
#include "storage/folder/files.h"

#include <string>
#include <vector>

namespace sparekey::cli::agent {

struct Confirmation {
    std::string question;
    std::vector<std::string> prompt;  // the program, then variables of its environment
};

/// Starts the process; one frame comes back over the channel, of which is_yes() tells.
storage::File start_confirmation(const Confirmation& confirmation);
bool is_yes(core::ByteView frame);

/// That process; its exit code.
int run_confirmation(storage::File channel);

}  // namespace sparekey::cli::agent
