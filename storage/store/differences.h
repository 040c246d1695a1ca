// The table of what differs from the account on the server (core/ports/sync_store.h): kept while
// the vault has an account, empty before.
#pragma once

#include "core/ports/sync_store.h"
#include "storage/store/state_rows.h"
#include "storage/store/tree.h"

namespace sparekey::storage {

class Differences {
  public:
    Differences(Database& database, const StateRows& states);

    /// The vault has an account.
    bool are_kept() const { return kept_; }
    /// Reads again whether it has: after a transaction.
    void learn();

    /// Before a record is written or removed here: what the account has of it is remembered, and of
    /// what is removed the record itself, until the account has heard of it: somebody else may have
    /// changed its item meanwhile, and then it comes back whole.
    void changed_here(const core::RecordId& id, const std::optional<StoredLeaf>& here);
    void removed_here(const StoredLeaf& here);
    void forget_removed();
    void set(const core::Difference& difference);
    void clear(const core::RecordId& id);
    /// Every record is unsent, and the account has none.
    void fill();
    void empty();

    std::optional<core::Difference> find(const core::RecordId& id);
    void each(const std::function<bool(const core::Difference&)>& visit);
    std::size_t unsent();
    std::vector<core::RecordBlob> removed_parts(const core::RecordId& parent);
    std::vector<core::RecordId> parents_of_removed();

  private:
    Database& database_;
    const StateRows& states_;
    Statement remember_;
    Statement forget_unknown_;
    Statement bury_;
    Statement unbury_;
    Statement set_;
    Statement clear_;
    Statement find_;
    bool kept_ = false;
};

}  // namespace sparekey::storage
