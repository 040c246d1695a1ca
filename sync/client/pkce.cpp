#include "sync/client/pkce.h"

#include "core/crypto/hash.h"

namespace sparekey::sync {

std::string unguessable(core::Random& random) {
    return core::to_base64url(random.bytes<32>());
}

Pkce Pkce::make(core::Random& random) {
    Pkce made;
    made.verifier = unguessable(random);
    made.challenge = core::to_base64url(core::sha256(core::bytes_of(made.verifier)));
    return made;
}

}  // namespace sparekey::sync
