// An SSH private key: made, read from and written to the wire, and used to sign.
//
// A key is only ever held whole and consistent: its public half is worked out from the private one
// and compared with the one that was given (a signature by halves of two keys can give the private
// one away). Every signature is verified before it leaves, since a faulty RSA or Ed25519 signature
// does the same.
#pragma once

#include "core/ports/random.h"
#include "core/secret/key.h"
#include "core/ssh/public_key.h"
#include "core/ssh/wire.h"

#include <optional>

namespace sparekey::core {

struct SshSeedTag;
using SshSeed = Key<SshSeedTag>;

inline constexpr std::size_t kRsaDefaultBits = 3072;

/// The flags of an agent's request (draft-ietf-sshm-ssh-agent, "Signature flags"). For RSA one of
/// them is asked for; other kinds do not heed them.
inline constexpr std::uint32_t kSignRsaSha256 = 2;
inline constexpr std::uint32_t kSignRsaSha512 = 4;

class SshPrivateKey {
  public:
    /// RSA takes OpenSSL's generator (core/crypto/rsa.h) and about a second; the others `random`.
    static SshPrivateKey generate(SshKeyKind kind, Random& random,
                                  std::size_t rsa_bits = kRsaDefaultBits);
    /// The kind's name and its numbers, as in OpenSSH's PROTOCOL.key and the agent's "add" message.
    /// ErrorCode::usage for anything malformed or for halves that do not belong together.
    static Result<SshPrivateKey> read(WireReader& reader);
    void write(WireWriter& writer) const;

    /// What read() leaves out, since it takes long: for a key that comes from elsewhere.
    /// ErrorCode::usage if it is damaged after all.
    Result<void> check_thoroughly() const;

    SshKeyKind kind() const { return public_key_.kind(); }
    const SshPublicKey& public_key() const { return public_key_; }

    /// string algorithm ‖ string signature. ErrorCode::usage for a flag that is not known, and for
    /// RSA without a flag, which would be SHA-1.
    Result<Bytes> sign(ByteView data, std::uint32_t flags) const;

  private:
    /// Ed25519: the seed. ECDSA: the scalar.
    using Secret = std::variant<SshSeed, SecretBytes, RsaKey>;

    SshPrivateKey(Secret secret, SshPublicKey public_key)
        : secret_(std::move(secret)), public_key_(std::move(public_key)) {}

    static Result<SshPrivateKey> read_ed25519(WireReader& reader);
    static Result<SshPrivateKey> read_ecdsa(WireReader& reader, Curve curve);
    static Result<SshPrivateKey> read_rsa(WireReader& reader);
    static SshPrivateKey of_seed(SshSeed seed);
    static SshPrivateKey of_rsa(RsaKey key);

    Secret secret_;
    SshPublicKey public_key_;
};

}  // namespace sparekey::core
