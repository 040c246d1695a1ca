#include "sync/server/accounts/tickets.h"

#include "core/crypto/hash.h"

namespace sparekey::sync {

std::string new_secret(core::Random& random) {
    return core::to_base64url(random.bytes<32>());
}

Hash ticket_key(std::string_view secret) {
    return core::sha256(core::bytes_of(secret));
}

}  // namespace sparekey::sync
