// The facts of every item, for the lockout graph: read in one pass over the records, in pieces, and
// kept right from then on by what changes. No secrets, no keys; a hundred bytes an item, and the
// names of identities.
#pragma once

#include "core/lockout/facts.h"
#include "core/vault/vault.h"
#include "storage/store/item_reader.h"

#include <set>

namespace sparekey::cli {

class FactsBook {
  public:
    FactsBook(core::Vault& vault, storage::VaultStore& store);

    /// One piece, less than a millisecond; true while there is more.
    core::Result<bool> read_piece();
    bool is_read() const { return !reader_; }
    /// What a commit did to the items.
    void follow(std::span<const storage::IndexChange> changes);
    /// Of every item that is not in the trash, oldest first; reads what is not read yet.
    core::Result<std::vector<core::Facts>> all();

  private:
    void read_anew();
    void put(core::Facts facts);
    void remove(const core::RecordId& id);
    core::Result<void> catch_up();
    std::vector<core::Facts>::iterator place_of(const core::RecordId& id);

    core::Vault& vault_;
    storage::VaultStore& store_;
    std::unique_ptr<storage::ItemReader> reader_;  // while it reads
    std::vector<core::Facts> facts_;               // by id once it is read
    std::set<core::RecordId> stale_;               // changed since
};

}  // namespace sparekey::cli
