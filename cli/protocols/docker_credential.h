// What docker tells a credential helper (docker-credential-helpers): a server's URL, or a document
// {"ServerURL", "Username", "Secret"}. Read by cli/formats/docker_json.
#pragma once

#include "core/secret/secret_bytes.h"

#include <string>

namespace sparekey::cli {

struct DockerLogin {
    std::string server;
    std::string username;
    core::SecretText secret;
};

inline constexpr std::size_t kLongestDockerInput = std::size_t{1} << 20;  // bytes

// The texts by which docker tells failures apart, on standard output.
inline constexpr std::string_view kDockerNotFound = "credentials not found in native keychain";
inline constexpr std::string_view kDockerNoServer = "no credentials server URL";
inline constexpr std::string_view kDockerNoUsername = "no credentials username";

}  // namespace sparekey::cli
