#include "storage/folder/sidecar.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/secret/secret_bytes.h"
#include "storage/folder/files.h"

namespace sparekey::storage {
namespace {

constexpr std::string_view kHeadMagic = "sparekey head 1\n";
constexpr std::size_t kLargestHead = 4096;
constexpr std::size_t kBody = 16 + 16 + 8 + 32;

core::Unexpected older(const std::string& what) {
    return core::unexpected(
        core::ErrorCode::integrity, what,
        "if you restored it yourself: sparekey doctor --accept-restored; else look into it");
}

}  // namespace

std::optional<core::VaultId> noted_vault(const std::string& folder) {
    const auto file = read_file(folder + "/head", kLargestHead);
    core::VaultId vault;
    constexpr std::size_t kAt = 16;
    if (!file || file->size() < kAt + vault.bytes.size()) return std::nullopt;
    std::copy_n(file->begin() + kAt, vault.bytes.size(), vault.bytes.begin());
    return vault;
}

core::Hash Sidecar::mac(core::ByteView body) const {
    return core::hmac_sha256(key_.expose(), {core::bytes_of("sparekey/v1/sidecar"), body});
}

void Sidecar::write(const StoreHead& head) {
    if (known_ == head) return;
    core::Bytes file(kHeadMagic.begin(), kHeadMagic.end());
    file.insert(file.end(), vault_.bytes.begin(), vault_.bytes.end());
    for (int shift = 0; shift < 64; shift += 8) {
        file.push_back(static_cast<std::uint8_t>(head.sequence >> shift));
    }
    file.insert(file.end(), head.root.begin(), head.root.end());
    const core::Hash tag = mac(file);
    file.insert(file.end(), tag.begin(), tag.end());
    replace_file(path_, file, Durability::content);
    known_ = head;
}

core::Result<std::optional<StoreHead>> Sidecar::read() const {
    auto read = read_file(path_, kLargestHead);
    if (!read && read.error().code == core::ErrorCode::not_found) return std::optional<StoreHead>();
    if (!read) return core::unexpected(std::move(read).error());
    const core::ByteView file = *read;
    const bool whole = file.size() == kBody + sizeof(core::Hash) &&
                       core::equal_constant_time(mac(file.first(kBody)), file.subspan(kBody));
    if (!whole || core::text_of(file.first(16)) != kHeadMagic ||
        !core::equal_constant_time(file.subspan(16, 16), vault_.bytes)) {
        return older(path_ + " is damaged or another vault's");
    }
    StoreHead head;
    for (std::size_t i = 0; i < 8; ++i) head.sequence |= std::uint64_t{file[32 + i]} << (8 * i);
    std::copy_n(file.begin() + 40, head.root.size(), head.root.begin());
    return std::optional<StoreHead>(head);
}

core::Result<void> Sidecar::check(const StoreHead& held) {
    SPAREKEY_TRY(known_, read());
    if (!known_ || SPAREKEY_LEFT_OUT("sidecar")) return {};
    if (held.sequence < known_->sequence) {
        return older("this vault is older than it was: change " + std::to_string(held.sequence) +
                     " instead of " + std::to_string(known_->sequence));
    }
    if (held.sequence == known_->sequence && held.root != known_->root) {
        return older("this vault is not the one that was last used here");
    }
    return {};
}

}  // namespace sparekey::storage
