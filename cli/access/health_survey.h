// `health` from the vault's side: what is wrong with its items, worked out by whoever holds it. No
// secret leaves by here; of a password, at most five digits of its SHA-1, and only when asked.
#pragma once

#include "cli/access/vault_access.h"
#include "core/health/health.h"
#include "storage/store/item_reader.h"

namespace sparekey::cli {

/// Every live item, in pieces (cli/access/surveys.h): one reads the items, the next ones have their
/// passwords rated. A vault that is changed while they are read is read anew.
class HealthSurvey {
  public:
    HealthSurvey(core::Vault& vault, storage::VaultStore& store, BreachPrefixes prefixes);

    core::Result<HealthPiece> next();

  private:
    core::Result<void> read_items();
    core::Result<void> read_item(const core::Record& record);
    core::Result<void> rate_passwords();
    std::vector<ItemHealth> take_items();

    core::Vault& vault_;
    BreachPrefixes prefixes_;
    std::uint64_t now_ms_;
    core::ReuseIndex index_;
    storage::ItemReader reader_;
    bool items_read_ = false;
    std::vector<ItemHealth> found_;
    std::vector<std::optional<std::size_t>> numbers_;  // of each one's password
    std::vector<core::SecretText> distinct_;           // by number; wiped once it is rated
    std::vector<bool> weak_;                           // by number: it is easy to guess
};

/// Those of `ids` whose password an answer of the range service names.
core::Result<std::vector<core::RecordId>> breached_in_range(core::Vault& vault,
                                                            const std::vector<core::RecordId>& ids,
                                                            std::string_view range);

/// Those of `ids` whose password the list in the regular file `descriptor` names. ErrorCode::usage
/// if it is none.
core::Result<std::vector<core::RecordId>> breached_in_file(core::Vault& vault,
                                                           const std::vector<core::RecordId>& ids,
                                                           int descriptor);

}  // namespace sparekey::cli
