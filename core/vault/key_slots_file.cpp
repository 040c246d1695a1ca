#include "core/vault/key_slots_file.h"

#include "core/base/mutant.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"

namespace sparekey::core {
namespace {

constexpr std::string_view kMagic = "sparekey keyslots 1\n";
constexpr std::size_t kTrailer = 2 * sizeof(Hash);

Hash mac(const VaultKey& key, ByteView body) {
    struct HeaderTag;
    Key<HeaderTag> header;
    hkdf_sha256(key.expose(), {}, bytes_of("sparekey/v1/header-mac"), header.expose_mutable());
    return hmac_sha256(header.expose(), {bytes_of(kMagic), body});
}

Unexpected damaged() {
    return unexpected(ErrorCode::integrity, "keyslots is damaged",
                      "restore the vault from a backup (sparekey restore-vault)");
}

Hash hash_at(ByteView bytes, std::size_t offset) {
    Hash hash;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), hash.size(), hash.begin());
    return hash;
}

}  // namespace

Bytes write_key_slots_file(const KeySlots& slots, const VaultKey& key) {
    const Bytes body = encode(slots);
    const Hash tag = mac(key, body);
    Bytes file(kMagic.begin(), kMagic.end());
    file.insert(file.end(), body.begin(), body.end());
    file.insert(file.end(), tag.begin(), tag.end());
    const Hash checksum = sha256(file);
    file.insert(file.end(), checksum.begin(), checksum.end());
    return file;
}

Result<KeySlotsFile> read_key_slots_file(ByteView bytes) {
    if (bytes.size() > kLargestKeySlotsFile || bytes.size() < kMagic.size() + kTrailer) {
        return damaged();
    }
    const ByteView checked = bytes.first(bytes.size() - sizeof(Hash));
    if (text_of(bytes.first(kMagic.size())) != kMagic ||
        sha256(checked) != hash_at(bytes, checked.size())) {
        return damaged();
    }
    const ByteView body = bytes.subspan(kMagic.size(), bytes.size() - kMagic.size() - kTrailer);
    auto slots = decode_key_slots(body);
    if (!slots) return damaged();
    return KeySlotsFile{std::move(*slots), Bytes(body.begin(), body.end()),
                        hash_at(bytes, kMagic.size() + body.size())};
}

Result<void> verify_key_slots_file(const KeySlotsFile& file, const VaultKey& key) {
    if (!SPAREKEY_LEFT_OUT("keyslots-mac") && !equal_constant_time(mac(key, file.body), file.mac)) {
        return unexpected(ErrorCode::integrity,
                          "keyslots was changed by somebody who does not hold the vault key",
                          "restore the vault from a backup (sparekey restore-vault)");
    }
    return {};
}

}  // namespace sparekey::core
