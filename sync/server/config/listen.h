// Addresses as the configuration writes them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sparekey::sync {

struct ListenAddress {
    std::string host;  // an IPv4 or IPv6 literal without brackets; empty for a Unix socket
    std::uint16_t port = 0;
    std::string path;  // of a Unix socket

    /// Nobody on another machine can reach it.
    bool is_local() const;
    /// As open_listener() takes it: no name.
    std::string text() const;
};

/// "127.0.0.1:8443", "[::1]:8443", "localhost:8443" (127.0.0.1), "unix:/run/sparekey.sock". Port 0:
/// any.
std::optional<ListenAddress> parse_listen(std::string_view text);

/// An origin (RFC 6454) without a slash at its end: https, or http where the host is a loopback
/// one.
std::optional<std::string> parse_origin(std::string_view url);

}  // namespace sparekey::sync
