// Which addresses belong to the public Internet (IANA's special-purpose registries, RFC 6890).
//
// Everything that names this machine, its network, or another address in disguise is not public:
// a server that fetches what somebody else pointed it to must not reach them (O-30).
#pragma once

#include "core/base/bytes.h"

#include <string>

struct sockaddr;

namespace sparekey::sync {

/// An IPv6 address, or an IPv4 one as ::ffff:a.b.c.d.
using Address = std::array<std::uint8_t, 16>;

/// Nothing for another family.
std::optional<Address> address_of(const sockaddr& peer);

/// 127.0.0.0/8 or ::1, in either notation.
bool is_loopback(const Address& address);

/// Not loopback, private, link-local, shared (RFC 6598), multicast, broadcast, reserved or for
/// documentation; an IPv4 address inside of an IPv6 one (mapped, NAT64, 6to4, Teredo) is none of
/// ours to reach, except mapped, which is judged as the IPv4 address that it is.
bool is_public(const Address& address);

}  // namespace sparekey::sync
