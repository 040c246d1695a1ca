// Addresses of peers, as values: pure, no resolver.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sparekey::sync {

/// IPv6, or IPv4 in its mapped form (RFC 4291 section 2.5.5.2).
struct Address {
    std::array<std::uint8_t, 16> bytes{};

    /// "192.0.2.1" or "2001:db8::1"; no brackets, no zone.
    static std::optional<Address> parse(std::string_view text);
    /// The usual text; a mapped address as IPv4.
    std::string text() const;
    /// Who is meant by an address when something is counted: an IPv4 address, the first 64 bits of
    /// IPv6, since a subscriber has all of the rest.
    Address group() const;
    bool is_ipv4() const;
    friend auto operator<=>(const Address&, const Address&) = default;
};

/// A network in CIDR notation.
struct Network {
    Address address;
    unsigned bits = 128;

    /// "10.0.0.0/8", "2001:db8::/32", or one address.
    static std::optional<Network> parse(std::string_view text);
    bool holds(const Address& other) const;
};

/// Who may say whose request it passes on.
struct TrustedProxies {
    std::span<const Network> networks;
    bool unix_socket = false;  // whatever comes by a Unix socket is a proxy's
};

/// The address that a request is counted for and logged with: the peer's, or, if that is a proxy,
/// the last hop in `forwarded` (X-Forwarded-For's values, joined by commas) that is none. A hop
/// that is no address ends the search: then the proxy before it. `peer` is empty on a Unix socket,
/// whose name here is "unix".
std::string client_address(const std::optional<Address>& peer, std::string_view forwarded,
                           const TrustedProxies& proxies);

}  // namespace sparekey::sync
