#include "core/chain/device_name.h"

#include "core/codec/archive.h"
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/text/unicode.h"

namespace sparekey::core {
namespace {

constexpr std::string_view kNameLabel = "sparekey/v1/device-name";
constexpr std::size_t kPaddedSize = 1 + kLongestDeviceName;
constexpr std::size_t kEpochSize = 4;

struct NameKeyTag;
Key<NameKeyTag> name_key(const EpochKey& epoch, const DeviceId& device) {
    Key<NameKeyTag> key;
    hkdf_sha256(epoch.expose(), device.bytes, bytes_of(kNameLabel), key.expose_mutable());
    return key;
}

Bytes associated(const VaultId& vault, const DeviceId& device, std::uint32_t epoch) {
    codec::Writer archive;
    archive.bytes(bytes_of(kNameLabel));
    archive(kSuite);
    put(archive, vault.bytes);
    put(archive, device.bytes);
    archive(epoch);
    return codec::plain(std::move(archive));
}

Unexpected damaged() {
    return unexpected(ErrorCode::integrity, "a device's name is damaged");
}

}  // namespace

Result<Bytes> seal_device_name(const Keyring& keyring, const VaultId& vault, const DeviceId& device,
                               std::string_view name, Random& random) {
    if (name.empty() || name.size() > kLongestDeviceName || !is_utf8(name)) {
        return unexpected(ErrorCode::usage, "a device's name has 1 to 127 bytes of UTF-8");
    }
    Bytes padded{static_cast<std::uint8_t>(name.size())};
    padded.insert(padded.end(), name.begin(), name.end());
    padded.resize(kPaddedSize);
    codec::Writer archive;
    archive(keyring.epoch());
    archive.bytes(aead::seal(name_key(keyring.epochs.back(), device).expose(), padded,
                             associated(vault, device, keyring.epoch()), random));
    return codec::plain(std::move(archive));
}

Result<std::string> open_device_name(const Keyring& keyring, const VaultId& vault,
                                     const DeviceId& device, ByteView sealed) {
    if (sealed.size() != kEpochSize + aead::kOverhead + kPaddedSize) return damaged();
    const auto epoch = codec::Reader(sealed).number<std::uint32_t>();
    if (epoch < 1 || epoch > keyring.epoch()) return damaged();
    const auto opened = aead::open(name_key(keyring.epochs[epoch - 1], device).expose(),
                                   sealed.subspan(kEpochSize), associated(vault, device, epoch));
    if (!opened) return damaged();
    const std::string_view padded = text_of(opened->expose());
    const std::string_view name = padded.substr(1, static_cast<std::uint8_t>(padded[0]));
    if (name.empty() || !is_utf8(name)) return damaged();
    return std::string(name);
}

}  // namespace sparekey::core
