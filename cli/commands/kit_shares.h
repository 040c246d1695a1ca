// `kit split` and `kit combine`: the Emergency Kit's recovery code, shared among people one trusts.
#pragma once

#include "cli/session.h"

namespace sparekey::cli {

struct Splitting {
    std::uint8_t threshold = 0;
    std::uint8_t count = 0;
};
/// By --shares and --threshold. ErrorCode::usage if they are no numbers, or say nothing sensible.
core::Result<Splitting> splitting(const Arguments& arguments);

/// Prints the shares of `folder`'s recovery code, or writes them as sheets into the new file
/// `path`.
core::Result<void> split_kit(Session& session, const Splitting& splitting,
                             const storage::OpenedFolder& folder,
                             const std::optional<std::string>& path);

/// Needs no vault: the shares come from a person or, with --stdin, from lines of standard input.
core::Result<void> combine_kit(Session& session, const Arguments& arguments);

}  // namespace sparekey::cli
