#include "sync/server/http/address.h"

#include "core/base/mutant.h"
#include "sync/server/http/message.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sparekey::sync {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

bool is_proxy(const Address& address, const TrustedProxies& proxies) {
    return std::any_of(proxies.networks.begin(), proxies.networks.end(),
                       [&](const Network& network) { return network.holds(address); });
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string ended(text);
    Address address;
    if (::inet_pton(AF_INET6, ended.c_str(), address.bytes.data()) == 1) {
        return address;
    }
    std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
    if (::inet_pton(AF_INET, ended.c_str(), address.bytes.data() + kMapped.size()) != 1) {
        return std::nullopt;
    }
    return address;
}

bool Address::is_ipv4() const {
    return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

std::string Address::text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    const bool four = is_ipv4();
    ::inet_ntop(four ? AF_INET : AF_INET6, bytes.data() + (four ? kMapped.size() : 0),
                buffer.data(), buffer.size());
    return buffer.data();
}

Address Address::group() const {
    Address group = *this;
    if (!is_ipv4()) std::fill(group.bytes.begin() + 8, group.bytes.end(), std::uint8_t{0});
    return group;
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = Address::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    Network network{*address, 128};
    if (slash == std::string_view::npos) return network;
    const auto digits = text.substr(slash + 1);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), network.bits);
    if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    if (address->is_ipv4()) network.bits += kMappedBits;
    return network.bits <= 128 ? std::optional(network) : std::nullopt;
}

bool Network::holds(const Address& other) const {
    const std::size_t whole = bits / 8;
    const auto mine = std::span(address.bytes);
    if (!std::equal(mine.begin(), mine.begin() + static_cast<std::ptrdiff_t>(whole),
                    other.bytes.begin())) {
        return false;
    }
    if (bits % 8 == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits % 8));
    return ((mine[whole] ^ other.bytes[whole]) & mask) == 0;
}

std::string client_address(const std::optional<Address>& peer, std::string_view forwarded,
                           const TrustedProxies& proxies) {
    std::string nearest = peer ? peer->text() : "unix";
    const bool believed = peer ? is_proxy(*peer, proxies) : proxies.unix_socket;
    if (!believed && !SPAREKEY_LEFT_OUT("trusted-proxies")) return nearest;
    while (!forwarded.empty()) {
        const std::size_t comma = forwarded.rfind(',');
        const std::size_t from = comma == std::string_view::npos ? 0 : comma + 1;
        const auto hop = Address::parse(trim(forwarded.substr(from)));
        if (!hop) break;
        nearest = hop->text();
        if (!is_proxy(*hop, proxies)) break;
        forwarded = forwarded.substr(0, from == 0 ? 0 : comma);
    }
    return nearest;
}

}  // namespace sparekey::sync
