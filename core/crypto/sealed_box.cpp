#include "core/crypto/sealed_box.h"

#include "core/crypto/hash.h"

#include <sodium.h>

#include <algorithm>
#include <optional>

namespace sparekey::core::sealed_box {
namespace {

struct BoxKeyTag;
using BoxKey = Key<BoxKeyTag>;
struct EphemeralTag;
struct SharedTag;

struct Parties {
    const BoxPublicKey& ephemeral;
    const BoxPublicKey& recipient;
};

/// Nothing if the other's point has a small order, and so a shared secret that everybody knows.
std::optional<BoxKey> agree(SeedView secret, const BoxPublicKey& other, const Parties& parties,
                            std::string_view label) {
    Key<SharedTag> shared;
    if (crypto_scalarmult(shared.expose_mutable().data(), secret.data(), other.data()) != 0) {
        return std::nullopt;
    }
    Bytes salt(parties.ephemeral.begin(), parties.ephemeral.end());
    salt.insert(salt.end(), parties.recipient.begin(), parties.recipient.end());
    BoxKey key;
    hkdf_sha256(shared.expose(), salt, bytes_of(label), key.expose_mutable());
    return key;
}

Unexpected refusal() {
    return unexpected(ErrorCode::integrity, "what was sealed to this device is damaged");
}

}  // namespace

Result<Bytes> seal(const BoxPublicKey& recipient, std::string_view label, ByteView plaintext,
                   ByteView associated, Random& random) {
    const auto secret = Key<EphemeralTag>::random(random);
    const BoxPublicKey ephemeral = box_public_key(secret.expose());
    const auto key = agree(secret.expose(), recipient, {ephemeral, recipient}, label);
    if (!key) return unexpected(ErrorCode::integrity, "a device's receiving key is no key");
    Bytes box(ephemeral.begin(), ephemeral.end());
    const Bytes sealed = aead::seal(key->expose(), plaintext, associated, random);
    box.insert(box.end(), sealed.begin(), sealed.end());
    return box;
}

Result<SecretBytes> open(SeedView secret, std::string_view label, ByteView sealed,
                         ByteView associated) {
    if (sealed.size() < kOverhead) return refusal();
    BoxPublicKey ephemeral;
    std::copy_n(sealed.begin(), ephemeral.size(), ephemeral.begin());
    const auto key = agree(secret, ephemeral, {ephemeral, box_public_key(secret)}, label);
    if (!key) return refusal();
    auto opened = aead::open(key->expose(), sealed.subspan(ephemeral.size()), associated);
    if (!opened) return refusal();
    return opened;
}

}  // namespace sparekey::core::sealed_box
