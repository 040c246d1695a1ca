#include "cli/access/local_access.h"

#include "cli/commands/importer.h"
#include "core/model/limits.h"
#include "core/otp/otp.h"
#include "core/ssh/key_item.h"
#include "core/text/unicode.h"
#include "core/vault/seed.h"
#include "core/vault/settings.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sparekey::cli {
namespace {

using core::Item;
using core::RecordId;
using core::Result;
using core::SecretText;

/// A field of an item, and whether reading it is worth a line in the audit log.
struct Stored {
    SecretText value;
    bool secret = true;
};

/// Empty if the item has no such field.
Stored stored_field(const Item& item, std::string_view field) {
    if (field == "password") return {item.password.clone()};
    if (field == "username") return {SecretText::copy_of(item.username), false};
    if (field == "title") return {SecretText::copy_of(item.title), false};
    if (field == "notes") return {item.notes.clone()};
    if (field == "totp-seed") return {item.totp.clone()};
    if (field == "url") {
        return {SecretText::copy_of(item.urls.empty() ? "" : item.urls.front()), false};
    }
    for (const std::string_view name : {field, core::custom_name(field)}) {
        for (const core::CustomField& custom : item.fields) {
            if (custom.name == name) return {custom.value.clone(), custom.secret};
        }
    }
    return {};
}

/// "password, url, pin": what a person may ask for, in a message.
std::string field_names(const Item& item) {
    std::string names = "title";
    const auto add = [&](std::string_view name, bool present) {
        if (present) names += ", " + core::printable(name);
    };
    add("username", !item.username.empty());
    add("password", !item.password.empty());
    add("totp", !item.totp.empty());
    add("url", !item.urls.empty());
    add("notes", !item.notes.empty());
    add("recovery-code", !item.recovery_codes.empty());
    for (const core::CustomField& field : item.fields) add(field.name, true);
    return names;
}

Result<Item> concealed(Result<Item> item) {
    if (item) core::conceal(*item);
    return item;
}

}  // namespace

std::string_view use_name(Use use) {
    switch (use) {
        case Use::reveal:
            return "reveal";
        case Use::copy:
            return "copy";
        case Use::answer:
            return "answer";
        case Use::sign:
            return "sign";
        case Use::export_all:
            return "export";
        case Use::scan:
            return "scan";
    }
    return "reveal";
}

LocalAccess::LocalAccess(core::Vault& vault, storage::OpenedFolder& folder,
                         std::shared_ptr<core::AccountTree> tree,
                         std::function<void(const std::string&)> warn)
    : vault_(vault),
      folder_(folder),
      replica_(vault, folder, std::move(tree)),
      warn_(std::move(warn)),
      secret_surveys_(vault.random()),
      health_surveys_(vault.random()),
      examinations_(vault.random()) {}

LocalAccess::~LocalAccess() {
    folder_.store().on_index_change({});
}

void LocalAccess::note(Use use, std::optional<RecordId> item, std::string_view field) {
    storage::AuditLine line;
    line.at_ms = vault_.clock().now_ms();
    line.action = use_name(use);
    line.item = item;
    line.field = field;
    line.by = by_;
    notes_.push_back(std::move(line));
    if (!delayed_) write_notes();
}

/// A full disk stops no read: the line is lost, and that is said.
void LocalAccess::write_notes() {
    for (const storage::AuditLine& line : notes_) {
        try {
            folder_.store().audit().append(line);
        } catch (const std::exception& failure) {
            warn_(std::string("the audit log misses a line: ") + failure.what());
        }
    }
    notes_.clear();
}

/// No sync is undone by a full disk, or by a damaged vault, of which the next command hears: it
/// seems longer ago.
void LocalAccess::write_synced() try {
    [[maybe_unused]] const auto written = replica_.write_synced();
} catch (const std::exception& failure) {
    warn_(std::string("when it was synced is not known any more: ") + failure.what());
}

Result<Item> LocalAccess::item_in_use(const RecordId& id) {
    SPAREKEY_TRY(Item found, vault_.item(id));
    if (found.totp.empty()) return found;
    SPAREKEY_TRY(const core::ItemState state, vault_.state(id));
    found.totp = core::current_seed(state, found.totp);
    return found;
}

Result<Item> LocalAccess::item(const RecordId& id, core::Values values) {
    SPAREKEY_TRY(Item found, item_in_use(id));
    if (values == core::Values::concealed) {
        core::conceal(found);
    } else {
        note(Use::reveal, id, "");
    }
    return found;
}

Result<SecretText> LocalAccess::field(const RecordId& id, std::string_view name, Use use) {
    if (name == "totp") {
        SPAREKEY_TRY(OneTimeCode code, one_time_code(id, use));
        return std::move(code.code);
    }
    if (name == "recovery-code") {
        SPAREKEY_TRY(SecretText code, vault_.peek_recovery_code(id));
        note(use, id, name);
        return code;
    }
    SPAREKEY_TRY(const Item found, item_in_use(id));
    Stored stored = stored_field(found, name);
    if (stored.value.empty()) {
        return core::unexpected(core::ErrorCode::not_found,
                                "the item has no " + core::printable(name),
                                "it has " + field_names(found));
    }
    if (stored.secret) note(use, id, name);
    return std::move(stored.value);
}

Result<OneTimeCode> LocalAccess::code_of(const Item& item) {
    if (item.totp.empty()) {
        return core::unexpected(core::ErrorCode::not_found, "the item has no one-time code",
                                "sparekey edit QUERY --stdin sets \"totp\"");
    }
    SPAREKEY_TRY(const core::OtpSpec spec, core::parse_otp(item.totp.expose()));
    if (spec.kind == core::OtpKind::hotp) {
        SPAREKEY_TRY(const std::uint64_t counter, vault_.next_hotp_counter(item.id, spec.counter));
        return OneTimeCode{core::code_for(spec, counter), 0, 0};
    }
    const std::uint64_t seconds = vault_.clock().now_ms() / 1000;
    return OneTimeCode{core::code_at(spec, seconds), spec.period, core::remaining(spec, seconds)};
}

Result<OneTimeCode> LocalAccess::one_time_code(const RecordId& id, Use use) {
    SPAREKEY_TRY(const Item found, vault_.item(id));
    SPAREKEY_TRY(OneTimeCode code, code_of(found));
    note(use, id, "totp");
    return code;
}

Result<void> LocalAccess::use_recovery_code(const RecordId& id) {
    SPAREKEY_CHECK(vault_.use_recovery_code(id));
    return {};
}

Result<std::vector<core::Facts>> LocalAccess::facts() {
    return facts_book().all();
}

Result<Item> LocalAccess::add(core::ItemPatch patch) {
    SPAREKEY_CHECK(core::check_title(patch));
    return concealed(vault_.add(patch));
}

Result<Item> LocalAccess::edit(const RecordId& id, core::ItemPatch patch) {
    SPAREKEY_CHECK(core::check_title(patch));
    return concealed(vault_.edit(id, patch));
}

Result<Item> LocalAccess::put_in_trash(const RecordId& id) {
    SPAREKEY_TRY(const Item present, vault_.item(id));
    if (present.deleted) {
        return core::unexpected(
            core::ErrorCode::not_found,
            "\"" + core::printable(present.title) + "\" is in the trash already",
            "sparekey trash empty destroys it");
    }
    return concealed(vault_.put_in_trash(id));
}

Result<Item> LocalAccess::restore(const RecordId& id) {
    return concealed(vault_.restore(id));
}

Result<Item> LocalAccess::revert(const RecordId& id, std::string_view label, std::uint32_t n) {
    SPAREKEY_TRY(Item reverted, vault_.revert(id, label, n));
    if (reverted.type != core::ItemType::ssh_key || label != core::kPrivateKeyField) {
        return concealed(std::move(reverted));
    }
    // Its public key and fingerprint follow, if it can be read.
    core::ItemPatch patch;
    patch.fields = std::move(reverted.fields);
    if (!core::refresh_key_fields(*patch.fields, reverted.title)) return concealed(vault_.item(id));
    return concealed(vault_.edit(id, patch));
}

Result<Item> LocalAccess::resolve(const RecordId& id, std::string_view label, core::Keep keep) {
    return concealed(vault_.resolve(id, label, keep));
}

Result<Item> LocalAccess::attach(const RecordId& id, std::string_view name, int descriptor) {
    const auto read = [&](core::MutableBytes into) -> std::size_t {
        for (;;) {
            const ssize_t got = ::read(descriptor, into.data(), into.size());
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) {
                throw core::SystemFailure("cannot read " + std::string(name) + ": " +
                                          std::strerror(errno));
            }
        }
    };
    return concealed(vault_.attach(id, name, read));
}

Result<Item> LocalAccess::detach(const RecordId& id, std::string_view name) {
    return concealed(vault_.detach(id, name));
}

Result<std::uint64_t> LocalAccess::empty_trash() {
    SPAREKEY_TRY(const std::size_t destroyed, vault_.empty_trash());
    return std::uint64_t{destroyed};
}

Result<std::vector<core::HistoryLine>> LocalAccess::history(const RecordId& id,
                                                            core::Values values) {
    SPAREKEY_TRY(std::vector<core::HistoryLine> lines, vault_.history(id));
    if (values == core::Values::concealed) {
        for (core::HistoryLine& line : lines) core::conceal(line.entry);
    } else if (!lines.empty()) {
        note(Use::reveal, id, "history");
    }
    return lines;
}

Result<std::vector<ItemConflicts>> LocalAccess::conflicts(core::Values values) {
    std::vector<ItemConflicts> listed;
    vault_.store().each_conflicting_row([&](const core::IndexRow& row) {
        listed.push_back({row.id, row.summary.title, {}});
    });
    for (ItemConflicts& one : listed) {
        SPAREKEY_TRY(one.conflicts, vault_.conflicts(one.id));
        if (values == core::Values::concealed) {
            for (core::Conflict& conflict : one.conflicts) core::conceal(conflict);
        } else {
            note(Use::reveal, one.id, "conflicts");
        }
    }
    return listed;
}

Result<void> LocalAccess::read_attachment(const RecordId& id, std::string_view name,
                                          core::Keep side,
                                          const std::function<void(core::ByteView)>& write) {
    SPAREKEY_TRY(const core::Attachment wanted, attachment(id, name, side));
    SPAREKEY_CHECK(vault_.read_attachment(id, wanted, write));
    note(Use::reveal, id, "attachment");
    return {};
}

Result<core::SecretBytes> LocalAccess::attachment_chunk(const RecordId& id, std::string_view name,
                                                        core::Keep side, std::uint32_t index) {
    SPAREKEY_TRY(const core::Attachment wanted, attachment(id, name, side));
    SPAREKEY_TRY(core::SecretBytes data, vault_.attachment_chunk(id, wanted, index));
    if (index == 0) note(Use::reveal, id, "attachment");
    return data;
}

Result<VaultCounts> LocalAccess::counts() {
    VaultCounts counts;
    counts.items = vault_.store().count(core::Shelf::live);
    counts.trashed = vault_.store().count(core::Shelf::trash);
    counts.conflicts = vault_.store().conflict_count(core::Shelf::live);
    SPAREKEY_TRY(counts.kit_proved, core::kit_proved(vault_));
    counts.device = vault_.device();
    return counts;
}

Result<std::vector<Check>> LocalAccess::examine(const ImportProgress& progress) {
    for (std::uint64_t survey = 0;;) {
        SPAREKEY_TRY(ExaminationPiece piece, examination_piece(survey));
        if (progress) progress(piece.done, piece.total);
        if (piece.is_last) return std::move(piece.checks);
        survey = piece.survey;
    }
}

Result<ExaminationPiece> LocalAccess::examination_piece(std::uint64_t survey) {
    if (survey == 0) survey = examinations_.begin(folder_, vault_);
    return examinations_.next(survey);
}

Result<std::vector<ItemHealth>> LocalAccess::health(BreachPrefixes prefixes,
                                                    const ImportProgress& progress) {
    for (std::uint64_t survey = 0;;) {
        SPAREKEY_TRY(HealthPiece piece, health_piece(survey, prefixes));
        if (progress) progress(piece.done, piece.total);
        if (piece.is_last) return std::move(piece.items);
        survey = piece.survey;
    }
}

Result<HealthPiece> LocalAccess::health_piece(std::uint64_t survey, BreachPrefixes prefixes) {
    if (survey == 0) survey = health_surveys_.begin(vault_, folder_.store(), prefixes);
    return health_surveys_.next(survey);
}

Result<std::vector<RecordId>> LocalAccess::breached(const std::vector<RecordId>& ids,
                                                    std::string_view range) {
    return breached_in_range(vault_, ids, range);
}

Result<std::vector<RecordId>> LocalAccess::breached_in(int descriptor,
                                                       const std::vector<RecordId>& ids) {
    return breached_in_file(vault_, ids, descriptor);
}

Result<VaultSecrets> LocalAccess::secrets(std::uint64_t survey) {
    if (survey == 0) {
        note(Use::scan, std::nullopt, "");
        survey = secret_surveys_.begin(vault_, folder_.store());
    }
    return secret_surveys_.next(survey);
}

Result<ImportReport> LocalAccess::import(std::string_view format, core::SecretBytes file,
                                         bool dry_run, const ImportProgress& progress) {
    SPAREKEY_TRY(const ImportFormat* const reader, find_import_format(format));
    ImportReport report;
    report.notes.progress = progress;
    Importer importer(vault_, reader->name, report.notes);
    SPAREKEY_CHECK(reader->read(
        file, [&](ImportedItem&& item) { return importer.take(std::move(item)); }, report.notes));
    SPAREKEY_CHECK(importer.finish());
    report.counts = importer.counts();
    report.notes.progress = {};
    if (!dry_run && report.counts.created + report.counts.updated > 0) importer.commit();
    return report;
}

Result<std::vector<storage::AuditLine>> LocalAccess::audit(std::uint64_t limit) {
    return folder_.store().audit().last(limit);
}

}  // namespace sparekey::cli
