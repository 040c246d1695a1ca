#include "core/chain/grant.h"

#include "core/codec/archive.h"
#include "core/crypto/sealed_box.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::string_view kGrantLabel = "sparekey/v1/grant";
static_assert(kSealedVaultKeySize == sealed_box::kOverhead + VaultKey::kSize);

Bytes associated(const Roster& roster, const DeviceId& device) {
    codec::Writer archive;
    put(archive, roster.vault.bytes);
    archive(roster.n);
    put(archive, device.bytes);
    archive(roster.generation);
    return codec::plain(std::move(archive));
}

}  // namespace

Result<Grant> make_grant(const Roster& roster, const RosterDevice& device, const VaultKey& key,
                         Random& random) {
    SPAREKEY_TRY(const Bytes sealed, sealed_box::seal(device.box(), kGrantLabel, key.expose(),
                                                      associated(roster, device.id()), random));
    Grant grant{device.id(), {}};
    std::copy_n(sealed.begin(), grant.sealed.size(), grant.sealed.begin());
    return grant;
}

Result<VaultKey> open_grant(const Roster& roster, const DeviceId& device, SeedView box_secret) {
    const Grant* const grant = roster.grant_of(device);
    if (grant == nullptr) {
        return unexpected(ErrorCode::not_found, "the rotation left nothing for this device");
    }
    SPAREKEY_TRY(const SecretBytes opened, sealed_box::open(box_secret, kGrantLabel, grant->sealed,
                                                            associated(roster, device)));
    return VaultKey::from_bytes(opened.expose().first<VaultKey::kSize>());
}

}  // namespace sparekey::core
