// The last known head of a vault, kept outside its database so that an older database is noticed.
//
// `head` in the state folder: magic (16) ‖ vault id (16) ‖ sequence (8) ‖ root (32) ‖ HMAC-SHA256
// (32), under the vault's id key. Written after each commit: one behind is what a crash leaves;
// ahead of the database means that the database was rolled back.
#pragma once

#include "core/model/keyring.h"
#include "storage/store/vault_store.h"

namespace sparekey::storage {

/// Which vault the note is of, by what it says itself. For words: nothing here is verified.
std::optional<core::VaultId> noted_vault(const std::string& folder);

class Sidecar {
  public:
    Sidecar(std::string folder, const core::VaultId& vault, const core::IdKey& key)
        : path_(std::move(folder) + "/head"), vault_(vault), key_(key) {}

    /// After a power cut it may be behind, never ahead. Nothing if the file says so already.
    void write(const StoreHead& head);
    /// ErrorCode::integrity if `held` is older than the sidecar, or as old and different, or if the
    /// sidecar is damaged or another vault's.
    core::Result<void> check(const StoreHead& held);
    /// Once check() has looked.
    bool exists() const { return known_.has_value(); }

  private:
    core::Result<std::optional<StoreHead>> read() const;
    core::Hash mac(core::ByteView body) const;

    std::string path_;
    core::VaultId vault_;
    const core::IdKey& key_;
    std::optional<StoreHead> known_;  // what the file says
};

}  // namespace sparekey::storage
