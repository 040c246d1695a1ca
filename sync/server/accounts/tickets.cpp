#include "sync/server/accounts/tickets.h"

#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::sync {

std::string new_secret(core::Random& random) {
    return core::to_base64url(random.bytes<32>());
}

Hash ticket_key(std::string_view secret) {
    return core::sha256(core::bytes_of(secret));
}

Hash hash_of(const std::string& hexadecimal) {
    const auto bytes = core::from_hex(hexadecimal);
    Hash hash{};
    if (!bytes || bytes->size() != hash.size()) throw core::SystemFailure("not a hash");
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

}  // namespace sparekey::sync
