#include "sync/http_client/address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace sparekey::sync {
namespace {

struct Block {
    Address prefix;
    unsigned bits;
};

constexpr unsigned kMappedBits = 96;

constexpr Block v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, unsigned bits) {
    return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, 0}, kMappedBits + bits};
}

constexpr Block v6(std::uint16_t a, std::uint16_t b, std::uint16_t c, unsigned bits) {
    const auto high = [](std::uint16_t word) { return static_cast<std::uint8_t>(word >> 8); };
    const auto low = [](std::uint16_t word) { return static_cast<std::uint8_t>(word & 0xff); };
    return {{high(a), low(a), high(b), low(b), high(c), low(c)}, bits};
}

constexpr Block kMapped = v4(0, 0, 0, 0);

constexpr Block kNotPublic[] = {
    v4(0, 0, 0, 8),        // "this network"
    v4(10, 0, 0, 8),       // private
    v4(100, 64, 0, 10),    // shared by a carrier's customers
    v4(127, 0, 0, 8),      // loopback
    v4(169, 254, 0, 16),   // link-local, where clouds keep their metadata
    v4(172, 16, 0, 12),    // private
    v4(192, 0, 0, 24),     // protocol assignments
    v4(192, 0, 2, 24),     // documentation
    v4(192, 31, 196, 24),  // AS112
    v4(192, 52, 193, 24),  // automatic multicast tunnels
    v4(192, 88, 99, 24),   // 6to4 relays
    v4(192, 168, 0, 16),   // private
    v4(192, 175, 48, 24),  // AS112
    v4(198, 18, 0, 15),    // benchmarks
    v4(198, 51, 100, 24),  // documentation
    v4(203, 0, 113, 24),   // documentation
    v4(224, 0, 0, 4),      // multicast
    v4(240, 0, 0, 4),      // reserved, and broadcast
};

// Of IPv6 only 2000::/3 is in public use at all.
constexpr Block kUnicast = v6(0x2000, 0, 0, 3);
constexpr Block kNotPublicUnicast[] = {
    v6(0x2001, 0, 0, 23),       // protocol assignments, Teredo among them
    v6(0x2001, 0x0db8, 0, 32),  // documentation
    v6(0x2002, 0, 0, 16),       // 6to4: holds an IPv4 address
    v6(0x3fff, 0, 0, 20),       // documentation
};

bool lies_in(const Address& address, const Block& block) {
    const auto whole = static_cast<std::ptrdiff_t>(block.bits / 8);
    if (!std::equal(address.begin(), address.begin() + whole, block.prefix.begin())) return false;
    const unsigned rest = block.bits % 8;
    if (rest == 0) return true;
    const auto at = static_cast<std::size_t>(whole);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return (address[at] & mask) == (block.prefix[at] & mask);
}

template <std::size_t N>
bool lies_in_any(const Address& address, const Block (&blocks)[N]) {
    return std::any_of(std::begin(blocks), std::end(blocks),
                       [&](const Block& block) { return lies_in(address, block); });
}

}  // namespace

std::optional<Address> address_of(const sockaddr& peer) {
    Address address = kMapped.prefix;
    if (peer.sa_family == AF_INET) {
        sockaddr_in known;
        std::memcpy(&known, &peer, sizeof known);
        std::memcpy(address.data() + 12, &known.sin_addr, 4);
        return address;
    }
    if (peer.sa_family == AF_INET6) {
        sockaddr_in6 known;
        std::memcpy(&known, &peer, sizeof known);
        std::memcpy(address.data(), &known.sin6_addr, address.size());
        return address;
    }
    return std::nullopt;
}

bool is_loopback(const Address& address) {
    static constexpr Address kOne = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return address == kOne || lies_in(address, v4(127, 0, 0, 8));
}

bool is_public(const Address& address) {
    if (lies_in(address, kMapped)) return !lies_in_any(address, kNotPublic);
    return lies_in(address, kUnicast) && !lies_in_any(address, kNotPublicUnicast);
}

}  // namespace sparekey::sync
