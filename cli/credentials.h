// Where secrets that open the vault come from (INTERFACE: "Master password"): the first source that
// applies, never an argument, never an environment variable's own value.
#pragma once

#include "cli/terminal/terminal.h"
#include "core/vault/slots.h"

#include <optional>
#include <string>

namespace sparekey::cli {

struct CredentialSources {
    std::optional<std::string> password_file;  // "-" is the next line of standard input
    std::optional<std::string> key_file;
    std::optional<std::string> recovery_file;
};

/// ErrorCode::locked, naming the options, without any source and without a terminal;
/// ErrorCode::not_found for a named file that does not exist; ErrorCode::usage for what cannot be a
/// credential.
core::Result<core::Credential> read_credential(const CredentialSources& sources,
                                               StandardInput& input, Terminal& terminal);

/// The same without the two files: the sources of a password, for `init`.
core::Result<core::SecretText> read_password(const CredentialSources& sources, StandardInput& input,
                                             Terminal& terminal, std::string_view prompt,
                                             bool twice);

/// FILE's first line, or the next line of standard input for "-".
core::Result<core::SecretText> read_secret_line(const std::string& file, StandardInput& input);

/// All of FILE, or what is left of standard input for "-": at most `most` bytes, else
/// ErrorCode::usage.
core::Result<core::SecretText> read_secret_file(const std::string& file, std::size_t most,
                                                StandardInput& input);

/// UTF-8 without NUL, not empty.
core::Result<void> check_password(const core::SecretText& password);

}  // namespace sparekey::cli
