// What a command does with the items of a vault. LocalAccess does it in this process, on the opened
// folder; AgentAccess asks the agent, which holds the folder open and hands out the one item or
// field that was asked for, never a key.
//
// Every secret that leaves by here is a line of the audit log, written by whoever holds the vault.
// Errors are those of core::Vault and of the look-up: the same words from both.
#pragma once

#include "cli/formats/import.h"
#include "core/health/health.h"
#include "core/leaks/needles.h"
#include "core/lookup/query.h"
#include "core/model/conceal.h"
#include "core/vault/vault.h"
#include "storage/store/audit_log.h"
#include "sync/client/replica.h"

namespace sparekey::cli {

/// What a secret was handed out for, as the audit log has it.
enum class Use : std::uint8_t { reveal, copy, answer, sign, export_all, scan };
std::string_view use_name(Use use);

struct OneTimeCode {
    core::SecretText code;
    std::uint32_t period = 0;     // seconds; 0 for HOTP
    std::uint32_t remaining = 0;  // seconds
};

struct VaultCounts {
    std::uint64_t items = 0;
    std::uint64_t trashed = 0;
    std::uint64_t conflicts = 0;
    std::optional<std::uint64_t> kit_proved;  // ms since 1970
    core::DeviceId device;
};

struct ItemConflicts {
    core::RecordId id;
    std::string title;
    std::vector<core::Conflict> conflicts;
};

/// One thing that `doctor` looked at.
struct Check {
    std::string name;
    bool ok = true;
    std::string detail;
    std::string mend = {};
};

/// One piece of an examination: the checks come with the last one.
struct ExaminationPiece {
    std::uint64_t survey = 0;  // what the next piece is asked by
    bool is_last = false;
    std::uint64_t done = 0;   // items and histories that were read
    std::uint64_t total = 0;  // and that there are; 0: not known yet
    std::vector<Check> checks = {};
};

/// Whether five digits of each password's SHA-1 are asked for, to be looked up online.
enum class BreachPrefixes : std::uint8_t { not_wanted, wanted };

struct ItemHealth {
    core::RecordId id;
    std::string title;
    core::Problems problems;
    std::optional<std::uint32_t> prefix = {};  // 20 bits
};
/// One piece of a survey of them: they come with the last one.
struct HealthPiece {
    std::uint64_t survey = 0;  // what the next piece is asked by
    bool is_last = false;
    std::uint64_t done = 0;   // passwords that were rated
    std::uint64_t total = 0;  // and that there are; 0: not known yet
    std::vector<ItemHealth> items = {};
};

/// One of an item's values: in force, or replaced and in the item's history.
enum class Age : std::uint8_t { current, former };
struct VaultSecret {
    core::RecordId item;
    std::string field;  // its label: "password"
    core::SecretForm form = core::SecretForm::text;
    Age age = Age::current;
    core::SecretText value;
};
/// One piece of a survey of all of them.
struct VaultSecrets {
    std::uint64_t survey = 0;  // what the next piece is asked by
    bool is_last = false;
    std::vector<VaultSecret> secrets;
};

struct ImportCounts {
    std::uint64_t created = 0;
    std::uint64_t updated = 0;
    std::uint64_t unchanged = 0;
};
struct ImportReport {
    ImportCounts counts;
    ImportNotes notes;
};

class VaultAccess {
  public:
    virtual ~VaultAccess() = default;

    /// The one item that `query` means; see core/lookup/query.h.
    virtual core::Result<core::RecordId> find_item(std::string_view query, core::Shelf shelf) = 0;
    virtual core::Result<std::vector<core::IndexRow>> find(const core::Filter& filter) = 0;

    virtual core::Result<core::Item> item(const core::RecordId& id, core::Values values) = 0;
    /// One field's bare value by the name that people use. `totp` is the current code, and
    /// `recovery-code` the next unused one, which stays unused. ErrorCode::not_found if the field
    /// is missing or empty.
    virtual core::Result<core::SecretText> field(const core::RecordId& id, std::string_view name,
                                                 Use use) = 0;
    /// A HOTP's counter moves on by one. ErrorCode::not_found without a seed.
    virtual core::Result<OneTimeCode> one_time_code(const core::RecordId& id, Use use) = 0;
    virtual core::Result<void> use_recovery_code(const core::RecordId& id) = 0;

    /// What the lockout graph knows of every item that is not in the trash, oldest first.
    virtual core::Result<std::vector<core::Facts>> facts() = 0;

    // Changes give back the item as it is afterwards, its secrets concealed.
    virtual core::Result<core::Item> add(core::ItemPatch patch) = 0;
    virtual core::Result<core::Item> edit(const core::RecordId& id, core::ItemPatch patch) = 0;
    virtual core::Result<core::Item> put_in_trash(const core::RecordId& id) = 0;
    virtual core::Result<core::Item> restore(const core::RecordId& id) = 0;
    virtual core::Result<core::Item> revert(const core::RecordId& id, std::string_view label,
                                            std::uint32_t n) = 0;
    virtual core::Result<core::Item> resolve(const core::RecordId& id, std::string_view label,
                                             core::Keep keep) = 0;
    /// The rest of the regular file `descriptor`, under `name`.
    virtual core::Result<core::Item> attach(const core::RecordId& id, std::string_view name,
                                            int descriptor) = 0;
    virtual core::Result<core::Item> detach(const core::RecordId& id, std::string_view name) = 0;
    /// How many items were destroyed.
    virtual core::Result<std::uint64_t> empty_trash() = 0;

    virtual core::Result<std::vector<core::HistoryLine>> history(const core::RecordId& id,
                                                                 core::Values values) = 0;
    virtual core::Result<std::vector<ItemConflicts>> conflicts(core::Values values) = 0;
    /// Keep::other: the file that is in conflict with the one that is shown.
    virtual core::Result<void> read_attachment(
        const core::RecordId& id, std::string_view name, core::Keep side,
        const std::function<void(core::ByteView)>& write) = 0;

    /// The vault's side of a sync, for as long as this access.
    virtual sync::Replica& replica() = 0;
    virtual core::Result<VaultCounts> counts() = 0;
    /// Looks at every record and at the machine; ErrorCode::integrity at the first damage.
    virtual core::Result<std::vector<Check>> examine(const ImportProgress& progress) = 0;
    /// Every live item, and what is wrong with its secrets but for breaches.
    virtual core::Result<std::vector<ItemHealth>> health(BreachPrefixes prefixes,
                                                         const ImportProgress& progress) = 0;
    /// Those of `ids` whose password stands in the range service's answer to its prefix.
    virtual core::Result<std::vector<core::RecordId>> breached(
        const std::vector<core::RecordId>& ids, std::string_view range) = 0;
    /// Those whose password the list in the regular file `descriptor` has: sorted "SHA1:COUNT"
    /// lines. ErrorCode::usage if it is no such list.
    virtual core::Result<std::vector<core::RecordId>> breached_in(
        int descriptor, const std::vector<core::RecordId>& ids) = 0;
    /// Passwords, seeds, recovery codes and secret fields of every item, trashed and former ones
    /// too, in pieces: the first with `survey` 0, the others by the number in it.
    /// ErrorCode::conflict if the vault was changed meanwhile, or asked for many others: begin
    /// anew. A line of the audit log.
    virtual core::Result<VaultSecrets> secrets(std::uint64_t survey) = 0;
    /// All or nothing. `file` is the whole export; `format` one of import_formats().
    virtual core::Result<ImportReport> import(std::string_view format, core::SecretBytes file,
                                              bool dry_run, const ImportProgress& progress) = 0;
    /// Newest last; the last `limit` lines.
    virtual core::Result<std::vector<storage::AuditLine>> audit(std::uint64_t limit) = 0;
};

}  // namespace sparekey::cli
