#include "core/ssh/public_key.h"

#include "core/crypto/hash.h"
#include "core/ssh/wire.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace sparekey::core {
namespace {

constexpr std::array<std::string_view, 5> kNames = {
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"};
constexpr std::string_view kEcdsaPrefix = "ecdsa-sha2-";

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

Unexpected refused_key(const char* message) {
    return unexpected(ErrorCode::usage, message);
}

Bytes owned(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

Result<SshPublicKey::Parts> read_ed25519(WireReader& reader) {
    SPAREKEY_TRY(const ByteView point, reader.string());
    SigningPublicKey key;
    if (point.size() != key.size()) return refused_key("an Ed25519 key has 32 bytes");
    std::copy(point.begin(), point.end(), key.begin());
    return SshPublicKey::Parts(key);
}

Result<SshPublicKey::Parts> read_ecdsa(WireReader& reader, Curve curve) {
    SPAREKEY_CHECK(reader.expect(
        WireWriter().text(curve_name(curve)).expose()));  // named twice, and the same twice
    SPAREKEY_TRY(const ByteView point, reader.string());
    EcdsaPublicKey key{curve, owned(point)};
    if (!is_valid(key)) return refused_key("the ECDSA key is no point of its curve");
    return SshPublicKey::Parts(std::move(key));
}

Result<SshPublicKey::Parts> read_rsa(WireReader& reader) {
    SPAREKEY_TRY(const ByteView exponent, reader.mpint());
    SPAREKEY_TRY(const ByteView modulus, reader.mpint());
    RsaPublicKey key{owned(modulus), owned(exponent)};
    SPAREKEY_CHECK(check_public_key(key));
    return SshPublicKey::Parts(std::move(key));
}

Result<SshPublicKey::Parts> read_parts(WireReader& reader, SshKeyKind kind) {
    if (kind == SshKeyKind::ed25519) return read_ed25519(reader);
    if (kind == SshKeyKind::rsa) return read_rsa(reader);
    return read_ecdsa(reader, curve_of(kind));
}

bool verify_ed25519(const SigningPublicKey& key, ByteView data, ByteView signature) {
    Signature fixed;
    if (signature.size() != fixed.size()) return false;
    std::copy(signature.begin(), signature.end(), fixed.begin());
    return verify(key, "", data, fixed);
}

/// RFC 5656 section 3.1.2
bool verify_ecdsa(const EcdsaPublicKey& key, ByteView data, ByteView signature) {
    WireReader reader(signature);
    const auto r = reader.mpint();
    const auto s = reader.mpint();
    return r && s && reader.at_end() && ecdsa_verify(key, data, {owned(*r), owned(*s)});
}

bool verify_rsa(const RsaPublicKey& key, std::string_view algorithm, ByteView data,
                ByteView signature) {
    if (algorithm == "rsa-sha2-256") return rsa_verify(key, RsaHash::sha256, data, signature);
    if (algorithm == "rsa-sha2-512") return rsa_verify(key, RsaHash::sha512, data, signature);
    return false;
}

}  // namespace

std::string_view wire_name(SshKeyKind kind) {
    return kNames[static_cast<std::size_t>(kind)];
}

Result<SshKeyKind> parse_ssh_key_kind(std::string_view wire_name) {
    const auto at = std::find(kNames.begin(), kNames.end(), wire_name);
    if (at == kNames.end()) {
        return unexpected(
            ErrorCode::usage,
            "SSH keys of the kind \"" + printable(wire_name.substr(0, 64)) + "\" are not supported",
            "ssh-ed25519, ecdsa-sha2-nistp256/384/521 and ssh-rsa are");
    }
    return static_cast<SshKeyKind>(at - kNames.begin());
}

Curve curve_of(SshKeyKind kind) {
    if (kind == SshKeyKind::ecdsa_p256) return Curve::p256;
    return kind == SshKeyKind::ecdsa_p384 ? Curve::p384 : Curve::p521;
}

SshKeyKind kind_of(Curve curve) {
    if (curve == Curve::p256) return SshKeyKind::ecdsa_p256;
    return curve == Curve::p384 ? SshKeyKind::ecdsa_p384 : SshKeyKind::ecdsa_p521;
}

std::string_view curve_name(Curve curve) {
    return wire_name(kind_of(curve)).substr(kEcdsaPrefix.size());
}

Result<SshPublicKey> SshPublicKey::parse(ByteView blob) {
    WireReader reader(blob);
    SPAREKEY_TRY(const std::string_view name, reader.text());
    SPAREKEY_TRY(const SshKeyKind kind, parse_ssh_key_kind(name));
    SPAREKEY_TRY(Parts parts, read_parts(reader, kind));
    if (!reader.at_end()) return refused_key("the SSH public key has bytes left over");
    return SshPublicKey(std::move(parts));
}

Result<SshPublicKey> SshPublicKey::parse_line(std::string_view line) {
    const auto malformed = [] { return refused_key("the SSH public key is malformed"); };
    const auto name_end = line.find(' ');
    if (name_end == std::string_view::npos) return malformed();
    std::string_view encoded = line.substr(name_end + 1);
    encoded = encoded.substr(0, encoded.find_first_of(" \t\r\n"));
    const auto blob = from_base64(encoded);
    if (!blob) return malformed();
    auto key = parse(*blob);
    if (key && wire_name(key->kind()) != line.substr(0, name_end)) return malformed();
    return key;
}

SshKeyKind SshPublicKey::kind() const {
    if (const auto* ecdsa = std::get_if<EcdsaPublicKey>(&parts_)) return kind_of(ecdsa->curve);
    return std::holds_alternative<RsaPublicKey>(parts_) ? SshKeyKind::rsa : SshKeyKind::ed25519;
}

Bytes SshPublicKey::blob() const {
    WireWriter writer;
    writer.text(wire_name(kind()));
    std::visit(Overloaded{
                   [&](const SigningPublicKey& key) { writer.string(key); },
                   [&](const EcdsaPublicKey& key) {
                       writer.text(curve_name(key.curve)).string(key.point);
                   },
                   [&](const RsaPublicKey& key) { writer.mpint(key.exponent).mpint(key.modulus); },
               },
               parts_);
    return writer.bytes();
}

std::string SshPublicKey::line(std::string_view comment) const {
    std::string line = std::string(wire_name(kind())) + " " + to_base64(blob());
    if (!comment.empty()) line += " " + printable(comment);
    return line;
}

std::string SshPublicKey::fingerprint() const {
    std::string text = to_base64(sha256(blob()));
    while (text.ends_with('=')) text.pop_back();
    return "SHA256:" + text;
}

bool SshPublicKey::verify(ByteView data, ByteView signature) const {
    WireReader reader(signature);
    const auto algorithm = reader.text();
    const auto bytes = reader.string();
    if (!algorithm || !bytes || !reader.at_end()) return false;
    if (const auto* rsa = std::get_if<RsaPublicKey>(&parts_)) {
        return verify_rsa(*rsa, *algorithm, data, *bytes);
    }
    if (*algorithm != wire_name(kind())) return false;
    if (const auto* ecdsa = std::get_if<EcdsaPublicKey>(&parts_)) {
        return verify_ecdsa(*ecdsa, data, *bytes);
    }
    return verify_ed25519(std::get<SigningPublicKey>(parts_), data, *bytes);
}

}  // namespace sparekey::core
