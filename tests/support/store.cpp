#include "tests/support/store.h"

#include "core/crypto/system_random.h"
#include "core/lookup/query.h"
#include "core/vault/vault.h"

#include <filesystem>
#include <stdexcept>

namespace sparekey::tests {
namespace {

constexpr std::uint64_t kNow = 1'700'000'000'000;

class FixedClock final : public core::Clock {
  public:
    std::uint64_t now_ms() const override { return kNow; }
};

template <class Work>
auto with_vault(storage::OpenedFolder& folder, Work work) {
    FixedClock clock;
    core::SystemRandom random;
    core::Vault vault(folder.key_slots().vault, folder.device(), folder.keyring(), folder.store(),
                      clock, random);
    return work(vault);
}

}  // namespace

FolderOnDisk::FolderOnDisk() {
    core::SystemRandom random;
    const core::Credential password{core::SlotKind::password,
                                    core::SecretBytes::copy_of(core::bytes_of("password"))};
    auto made = storage::OpenedFolder::create(paths(), password, core::kKdfFloor, kNow, random);
    if (!made) throw std::runtime_error(made.error().message);
    recovery_code_ = (*made)->keyring().recovery_code.clone();
}

core::Result<std::unique_ptr<storage::OpenedFolder>> FolderOnDisk::open(
    const storage::FolderPaths& paths) const {
    core::SystemRandom random;
    const core::Credential code{core::SlotKind::recovery, recovery_code_.clone()};
    return storage::OpenedFolder::open(paths, code, {}, kNow, random);
}

core::RecordId put_item(storage::OpenedFolder& folder, const std::string& title,
                        const std::string& username) {
    return with_vault(folder, [&](core::Vault& vault) {
        core::ItemPatch patch;
        patch.username = username;
        const auto present = core::resolve_query(vault.store(), title, core::Shelf::live);
        if (!present) patch.title = title;
        const auto item = present ? vault.edit(*present, patch) : vault.add(patch);
        if (!item) throw std::runtime_error(item.error().message);
        return item->id;
    });
}

core::Result<std::string> username_of(storage::OpenedFolder& folder, const std::string& title) {
    return with_vault(folder, [&](core::Vault& vault) -> core::Result<std::string> {
        SPAREKEY_TRY(const core::RecordId id,
                     core::resolve_query(vault.store(), title, core::Shelf::live));
        SPAREKEY_TRY(const core::Item item, vault.item(id));
        return item.username;
    });
}

}  // namespace sparekey::tests
