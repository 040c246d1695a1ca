// VaultAccess on a folder that this process has opened itself: a command's own, or the agent's
// worker's.
#pragma once

#include "cli/access/examination.h"
#include "cli/access/facts_book.h"
#include "cli/access/health_survey.h"
#include "cli/access/local_replica.h"
#include "cli/access/secret_survey.h"
#include "cli/access/surveys.h"
#include "cli/access/vault_access.h"
#include "storage/folder/opened_folder.h"
#include "storage/store/catalog_reader.h"

namespace sparekey::cli {

class LocalAccess final : public VaultAccess {
  public:
    /// `warn` is told what went wrong without stopping an answer.
    LocalAccess(core::Vault& vault, storage::OpenedFolder& folder,
                std::shared_ptr<core::AccountTree> tree,
                std::function<void(const std::string&)> warn);
    ~LocalAccess() override;
    LocalAccess(const LocalAccess&) = delete;
    LocalAccess& operator=(const LocalAccess&) = delete;

    /// Who asks, as the audit log has it: "get", "git-credential".
    void serve(std::string by) { by_ = std::move(by); }
    void note(Use use, std::optional<core::RecordId> item, std::string_view field);
    /// From now on lines wait for write_notes(), so that an answer does not wait for the disk, and
    /// the time of a sync for write_synced().
    void delay_notes() {
        delayed_ = true;
        replica_.delay_synced();
    }
    void write_notes();
    void write_synced();
    /// What searches are answered from, and the state of the vault that it was read in.
    struct Listing {
        storage::StoreHead head;
        core::Catalog catalog;
    };
    /// For another access to the same vault; nothing if no search has read it.
    std::optional<Listing> release_listing();
    /// Saves reading it anew, unless the vault was changed since.
    void adopt(Listing listing);
    /// One piece, some milliseconds, of what makes searches and facts() quick; true while there is
    /// more. Left undone, the first question does it.
    core::Result<bool> prepare();

    core::Result<core::RecordId> find_item(std::string_view query, core::Shelf shelf) override;
    core::Result<std::vector<core::IndexRow>> find(const core::Filter& filter) override;
    core::Result<core::Item> item(const core::RecordId& id, core::Values values) override;
    core::Result<core::SecretText> field(const core::RecordId& id, std::string_view name,
                                         Use use) override;
    core::Result<OneTimeCode> one_time_code(const core::RecordId& id, Use use) override;
    core::Result<void> use_recovery_code(const core::RecordId& id) override;
    core::Result<std::vector<core::Facts>> facts() override;
    core::Result<core::Item> add(core::ItemPatch patch) override;
    core::Result<core::Item> edit(const core::RecordId& id, core::ItemPatch patch) override;
    core::Result<core::Item> put_in_trash(const core::RecordId& id) override;
    core::Result<core::Item> restore(const core::RecordId& id) override;
    core::Result<core::Item> revert(const core::RecordId& id, std::string_view label,
                                    std::uint32_t n) override;
    core::Result<core::Item> resolve(const core::RecordId& id, std::string_view label,
                                     core::Keep keep) override;
    core::Result<core::Item> attach(const core::RecordId& id, std::string_view name,
                                    int descriptor) override;
    core::Result<core::Item> detach(const core::RecordId& id, std::string_view name) override;
    core::Result<std::uint64_t> empty_trash() override;
    core::Result<std::vector<core::HistoryLine>> history(const core::RecordId& id,
                                                         core::Values values) override;
    core::Result<std::vector<ItemConflicts>> conflicts(core::Values values) override;
    core::Result<void> read_attachment(const core::RecordId& id, std::string_view name,
                                       core::Keep side,
                                       const std::function<void(core::ByteView)>& write) override;
    /// The whole item for whoever only signs with it: no line of the log but note()'s.
    core::Result<core::Item> item_for_signing(const core::RecordId& id) { return vault_.item(id); }
    core::Result<core::Attachment> attachment(const core::RecordId& id, std::string_view name,
                                              core::Keep side) {
        return vault_.attachment(id, name, side);
    }
    /// One chunk of it, from index 0, for whoever puts them together elsewhere.
    core::Result<core::SecretBytes> attachment_chunk(const core::RecordId& id,
                                                     std::string_view name, core::Keep side,
                                                     std::uint32_t index);
    sync::Replica& replica() override { return replica_; }
    core::Result<VaultCounts> counts() override;
    core::Result<std::vector<Check>> examine(const ImportProgress& progress) override;
    core::Result<std::vector<ItemHealth>> health(BreachPrefixes prefixes,
                                                 const ImportProgress& progress) override;
    core::Result<std::vector<core::RecordId>> breached(const std::vector<core::RecordId>& ids,
                                                       std::string_view range) override;
    core::Result<std::vector<core::RecordId>> breached_in(
        int descriptor, const std::vector<core::RecordId>& ids) override;
    /// One piece, some milliseconds, for whoever comes back with its number; the first for 0.
    core::Result<HealthPiece> health_piece(std::uint64_t survey, BreachPrefixes prefixes);
    /// The same of examine(); the first piece, which looks at the pages, takes longer.
    core::Result<ExaminationPiece> examination_piece(std::uint64_t survey);
    core::Result<VaultSecrets> secrets(std::uint64_t survey) override;
    core::Result<ImportReport> import(std::string_view format, core::SecretBytes file, bool dry_run,
                                      const ImportProgress& progress) override;
    core::Result<std::vector<storage::AuditLine>> audit(std::uint64_t limit) override;

  private:
    core::Result<const core::Catalog*> catalog();
    core::Result<void> read_catalog_piece();
    FactsBook& facts_book();
    void keep(core::Catalog catalog);
    void listen();
    void follow(std::span<const storage::IndexChange> changes);
    core::Result<core::RecordId> look_up(std::string_view query, core::Shelf shelf);
    /// The item with its seed as it is now.
    core::Result<core::Item> item_in_use(const core::RecordId& id);
    core::Result<OneTimeCode> code_of(const core::Item& item);

    core::Vault& vault_;
    storage::OpenedFolder& folder_;
    LocalReplica replica_;
    std::function<void(const std::string&)> warn_;
    std::string by_ = "sparekey";
    bool delayed_ = false;
    std::unique_ptr<storage::CatalogReader> reader_;  // while it reads
    std::optional<core::Catalog> catalog_;
    std::optional<FactsBook> facts_book_;
    Surveys<SecretSurvey> secret_surveys_;
    Surveys<HealthSurvey> health_surveys_;
    Surveys<Examination> examinations_;
    std::vector<storage::AuditLine> notes_;
};

}  // namespace sparekey::cli
