// SSH public keys (RFC 4253 section 6.6, RFC 5656, RFC 8709): the blob of the protocol, the line of
// an authorized_keys file, the fingerprint, and signatures (RFC 8332 for RSA: SHA-2 only).
//
// ssh-ed25519, ecdsa-sha2-nistp256/384/521 and ssh-rsa of 2048 to 16384 bits; nothing else.
#pragma once

#include "core/base/result.h"
#include "core/crypto/ecdsa.h"
#include "core/crypto/keypair.h"
#include "core/crypto/rsa.h"

#include <string>
#include <string_view>
#include <variant>

namespace sparekey::core {

enum class SshKeyKind { ed25519, ecdsa_p256, ecdsa_p384, ecdsa_p521, rsa };

/// "ssh-ed25519", "ecdsa-sha2-nistp256" …
std::string_view wire_name(SshKeyKind kind);
/// ErrorCode::usage, naming it, for another.
Result<SshKeyKind> parse_ssh_key_kind(std::string_view wire_name);
/// Of an ECDSA kind.
Curve curve_of(SshKeyKind kind);
SshKeyKind kind_of(Curve curve);
/// "nistp256", "nistp384", "nistp521"
std::string_view curve_name(Curve curve);

class SshPublicKey {
  public:
    using Parts = std::variant<SigningPublicKey, EcdsaPublicKey, RsaPublicKey>;

    explicit SshPublicKey(Parts parts) : parts_(std::move(parts)) {}
    /// ErrorCode::usage for a kind that is not known, a point off its curve, an RSA key out of
    /// bounds, or bytes left over.
    static Result<SshPublicKey> parse(ByteView blob);
    /// "ssh-ed25519 AAAA… comment"; options before it are not read.
    static Result<SshPublicKey> parse_line(std::string_view line);

    SshKeyKind kind() const;
    const Parts& parts() const { return parts_; }
    Bytes blob() const;
    /// Without a line break. The comment is made printable: it could otherwise add a line to an
    /// authorized_keys file.
    std::string line(std::string_view comment) const;
    /// "SHA256:" and base64 without padding, as ssh-keygen -l has it.
    std::string fingerprint() const;
    /// `signature` is string algorithm ‖ string blob. "ssh-rsa", which is SHA-1, is never good.
    bool verify(ByteView data, ByteView signature) const;

    friend bool operator==(const SshPublicKey&, const SshPublicKey&) = default;

  private:
    Parts parts_;
};

}  // namespace sparekey::core
