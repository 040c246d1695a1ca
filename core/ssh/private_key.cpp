#include "core/ssh/private_key.h"

#include "core/base/mutant.h"

#include <algorithm>

namespace sparekey::core {
namespace {

Unexpected halves_differ() {
    return unexpected(ErrorCode::usage,
                      "the SSH key's public and private parts do not belong together");
}

bool belong_together(ByteView given, ByteView worked_out) {
    return SPAREKEY_LEFT_OUT("ssh-key-halves") ||
           std::equal(given.begin(), given.end(), worked_out.begin(), worked_out.end());
}

Bytes named_signature(std::string_view algorithm, ByteView signature) {
    return WireWriter().text(algorithm).string(signature).bytes();
}

/// RFC 5656 section 3.1.2
Result<Bytes> sign_ecdsa(const EcdsaPublicKey& key, ByteView scalar, ByteView data) {
    SPAREKEY_TRY(const EcdsaSignature signature, ecdsa_sign(key, scalar, data));
    const WireWriter parts = std::move(WireWriter().mpint(signature.r).mpint(signature.s));
    return named_signature(wire_name(kind_of(key.curve)), parts.expose());
}

Result<Bytes> sign_rsa(const RsaKey& key, ByteView data, std::uint32_t flags) {
    // OpenSSH, asked for both, takes the shorter one too.
    const bool shorter = (flags & kSignRsaSha256) != 0;
    const bool sha2 = shorter || (flags & kSignRsaSha512) != 0;
    if (!SPAREKEY_LEFT_OUT("ssh-sha-one") && !sha2) {
        return unexpected(ErrorCode::usage, "RSA signatures with SHA-1 are not made");
    }
    SPAREKEY_TRY(const Bytes signature,
                 rsa_sign(key, shorter ? RsaHash::sha256 : RsaHash::sha512, data));
    return named_signature(shorter ? "rsa-sha2-256" : "rsa-sha2-512", signature);
}

}  // namespace

SshPrivateKey SshPrivateKey::of_seed(SshSeed seed) {
    SshPublicKey public_key(signing_public_key(seed.expose()));
    return {std::move(seed), std::move(public_key)};
}

SshPrivateKey SshPrivateKey::of_rsa(RsaKey key) {
    SshPublicKey public_key(key.public_key);
    return {std::move(key), std::move(public_key)};
}

SshPrivateKey SshPrivateKey::generate(SshKeyKind kind, Random& random, std::size_t rsa_bits) {
    if (kind == SshKeyKind::ed25519) return of_seed(SshSeed::random(random));
    if (kind == SshKeyKind::rsa) return of_rsa(rsa_generate(rsa_bits));
    const Curve curve = curve_of(kind);
    SecretBytes scalar = ecdsa_generate(curve, random);
    SshPublicKey public_key(ecdsa_public_key(curve, scalar.expose()).value());
    return {std::move(scalar), std::move(public_key)};
}

Result<SshPrivateKey> SshPrivateKey::read(WireReader& reader) {
    SPAREKEY_TRY(const std::string_view name, reader.text());
    SPAREKEY_TRY(const SshKeyKind kind, parse_ssh_key_kind(name));
    if (kind == SshKeyKind::ed25519) return read_ed25519(reader);
    if (kind == SshKeyKind::rsa) return read_rsa(reader);
    return read_ecdsa(reader, curve_of(kind));
}

/// The public key stands there twice: alone, and behind the seed.
Result<SshPrivateKey> SshPrivateKey::read_ed25519(WireReader& reader) {
    SPAREKEY_TRY(const ByteView point, reader.string());
    SPAREKEY_TRY(const ByteView both, reader.string());
    if (both.size() != 64) {
        return unexpected(ErrorCode::usage, "an Ed25519 private key has 64 bytes");
    }
    SshPrivateKey key = of_seed(SshSeed::from_bytes(both.first<32>()));
    const auto& worked_out = std::get<SigningPublicKey>(key.public_key_.parts());
    if (!belong_together(point, worked_out) || !belong_together(both.subspan(32), worked_out)) {
        return halves_differ();
    }
    return key;
}

Result<SshPrivateKey> SshPrivateKey::read_ecdsa(WireReader& reader, Curve curve) {
    SPAREKEY_CHECK(reader.expect(WireWriter().text(curve_name(curve)).expose()));
    SPAREKEY_TRY(const ByteView point, reader.string());
    SPAREKEY_TRY(const ByteView scalar, reader.mpint());
    SPAREKEY_TRY(EcdsaPublicKey worked_out, ecdsa_public_key(curve, scalar));
    if (!belong_together(point, worked_out.point)) return halves_differ();
    return SshPrivateKey(SecretBytes::copy_of(scalar), SshPublicKey(std::move(worked_out)));
}

Result<SshPrivateKey> SshPrivateKey::read_rsa(WireReader& reader) {
    RsaKey key;
    const auto open_number = [&](Bytes& into) -> Result<void> {
        SPAREKEY_TRY(const ByteView number, reader.mpint());
        into.assign(number.begin(), number.end());
        return {};
    };
    const auto secret_number = [&](SecretBytes& into) -> Result<void> {
        SPAREKEY_TRY(const ByteView number, reader.mpint());
        into = SecretBytes::copy_of(number);
        return {};
    };
    SPAREKEY_CHECK(open_number(key.public_key.modulus));
    SPAREKEY_CHECK(open_number(key.public_key.exponent));
    SPAREKEY_CHECK(secret_number(key.exponent));
    SPAREKEY_CHECK(secret_number(key.coefficient));
    SPAREKEY_CHECK(secret_number(key.p));
    SPAREKEY_CHECK(secret_number(key.q));
    SPAREKEY_CHECK(check_key(key));
    return of_rsa(std::move(key));
}

Result<void> SshPrivateKey::check_thoroughly() const {
    const auto* const rsa = std::get_if<RsaKey>(&secret_);
    return rsa == nullptr ? Result<void>() : check_primes(*rsa);
}

void SshPrivateKey::write(WireWriter& writer) const {
    writer.text(wire_name(kind()));
    if (const auto* seed = std::get_if<SshSeed>(&secret_)) {
        const auto& point = std::get<SigningPublicKey>(public_key_.parts());
        writer.string(point);
        writer.number(64).raw(seed->expose()).raw(point);
    } else if (const auto* rsa = std::get_if<RsaKey>(&secret_)) {
        writer.mpint(rsa->public_key.modulus).mpint(rsa->public_key.exponent);
        writer.mpint(rsa->exponent.expose()).mpint(rsa->coefficient.expose());
        writer.mpint(rsa->p.expose()).mpint(rsa->q.expose());
    } else {
        const auto& ecdsa = std::get<EcdsaPublicKey>(public_key_.parts());
        writer.text(curve_name(ecdsa.curve)).string(ecdsa.point);
        writer.mpint(std::get<SecretBytes>(secret_).expose());
    }
}

Result<Bytes> SshPrivateKey::sign(ByteView data, std::uint32_t flags) const {
    if ((flags & ~(kSignRsaSha256 | kSignRsaSha512)) != 0) {
        return unexpected(ErrorCode::usage, "a signature of an unknown kind is asked for");
    }
    const auto make = [&]() -> Result<Bytes> {
        if (const auto* seed = std::get_if<SshSeed>(&secret_)) {
            return named_signature(wire_name(kind()), core::sign(seed->expose(), "", data));
        }
        if (const auto* rsa = std::get_if<RsaKey>(&secret_)) return sign_rsa(*rsa, data, flags);
        return sign_ecdsa(std::get<EcdsaPublicKey>(public_key_.parts()),
                          std::get<SecretBytes>(secret_).expose(), data);
    };
    SPAREKEY_TRY(Bytes signature, make());
    if (!public_key_.verify(data, signature)) {
        return unexpected(ErrorCode::failed, "the SSH signature came out wrong");
    }
    return signature;
}

}  // namespace sparekey::core
