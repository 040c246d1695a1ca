// What git tells a credential helper, and what it wants to hear (gitcredentials(7),
// git-credential(1)): KEY=VALUE lines up to a blank one. Pure: text in, struct out.
#pragma once

#include "cli/protocols/web_address.h"
#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::cli {

struct GitCredential {
    std::string protocol;
    std::string host;  // with the port, if there is one
    std::string path;
    std::optional<std::string> username;
    core::SecretText password;
    std::string expiry;  // password_expiry_utc: seconds since 1970, as text
    core::SecretText refresh_token;
    bool ephemeral = false;  // not to be kept

    /// Nothing if git names no server (a certificate's password, say).
    std::optional<WebAddress> address() const { return web_address(protocol, host, path); }
    /// As the URL of an item.
    std::string url() const;
};

inline constexpr std::size_t kLongestGitInput = std::size_t{1} << 20;  // bytes

/// Unknown keys are ignored, and what follows the blank line; the last of several wins.
/// ErrorCode::usage for a line without '=', a NUL, and a carriage return, which git itself refuses
/// as a way to smuggle in a host.
core::Result<GitCredential> parse_git_credential(std::string_view text);

/// KEY=VALUE lines. ErrorCode::failed, naming the key and never the value, for a value with a line
/// break or a NUL: it would say something else to git.
core::Result<core::SecretText> git_answer(const GitCredential& credential);

}  // namespace sparekey::cli
