#include "core/crypto/keypair.h"

#include <sodium.h>

namespace sparekey::core {
namespace {

Bytes labelled(std::string_view label, ByteView message) {
    Bytes whole(label.begin(), label.end());
    whole.insert(whole.end(), message.begin(), message.end());
    return whole;
}

}  // namespace

SigningPublicKey signing_public_key(SeedView seed) {
    SigningPublicKey key;
    GuardedMemory secret(crypto_sign_SECRETKEYBYTES);
    crypto_sign_seed_keypair(key.data(), secret.expose_mutable().data(), seed.data());
    return key;
}

Signature sign(SeedView seed, std::string_view label, ByteView message) {
    GuardedMemory secret(crypto_sign_SECRETKEYBYTES);
    SigningPublicKey key;
    crypto_sign_seed_keypair(key.data(), secret.expose_mutable().data(), seed.data());
    const Bytes whole = labelled(label, message);
    Signature signature;
    crypto_sign_detached(signature.data(), nullptr, whole.data(), whole.size(),
                         secret.expose().data());
    return signature;
}

bool verify(const SigningPublicKey& key, std::string_view label, ByteView message,
            const Signature& signature) {
    const Bytes whole = labelled(label, message);
    return crypto_sign_verify_detached(signature.data(), whole.data(), whole.size(), key.data()) ==
           0;
}

BoxPublicKey box_public_key(SeedView secret) {
    BoxPublicKey key;
    crypto_scalarmult_base(key.data(), secret.data());
    return key;
}

}  // namespace sparekey::core
