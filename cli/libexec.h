// Helper programs: what needs libraries that the main program does not carry (QR pictures).
//
// Found beside the program itself (../libexec/sparekey), never by PATH; input by a pipe, never by
// argument; with an empty environment. One of them, which needs a network, is a whole program that
// `sparekey` becomes.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

/// Where the helper `name` lies: beside the program, in libexec/sparekey.
std::string helper_path(const std::string& name);

/// What the helper prints, at most 16 MiB of text. ErrorCode::failed if it is missing or fails.
core::Result<core::SecretText> run_helper(const std::string& name,
                                          const std::vector<std::string>& arguments,
                                          std::string_view input);
/// The same for bytes, at most `most_output` of them.
core::Result<core::SecretBytes> run_helper(const std::string& name, core::ByteView input,
                                           std::size_t most_output);

/// Goes on as the helper `name`, with these arguments and this process's environment and streams.
/// Returns only if that fails: ErrorCode::failed.
core::Result<void> become_helper(const std::string& name,
                                 const std::vector<std::string>& arguments);

}  // namespace sparekey::cli
