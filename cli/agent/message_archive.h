// How the parts of messages are coded: private to message_codec.cpp. Every container grows element
// by element against the bytes that are left, every enum is held to its last value.
#pragma once

#include "cli/agent/message_codec.h"
#include "core/codec/archive.h"
#include "core/codec/codec.h"

namespace sparekey::core::codec {

inline constexpr std::size_t kMostParts = std::size_t{1} << 22;  // elements of one list
inline constexpr std::size_t kLongestPart = std::size_t{256} << 20;

inline void save(Writer& archive, const bool& flag) {
    put(archive, flag);
}
inline void load(Reader& archive, bool& flag) {
    flag = get_flag(archive);
}

inline void save(Writer& archive, const std::string& text) {
    put_bytes(archive, bytes_of(text));
}
inline void load(Reader& archive, std::string& text) {
    text = text_of(get_bytes(archive, kLongestPart));
}

inline void save(Writer& archive, const Bytes& bytes) {
    put_bytes(archive, bytes);
}
inline void load(Reader& archive, Bytes& bytes) {
    bytes = get_plain(archive, kLongestPart);
}

inline void save(Writer& archive, const SecretBytes& bytes) {
    put_bytes(archive, bytes.expose());
}
inline void load(Reader& archive, SecretBytes& bytes) {
    bytes = SecretBytes::copy_of(get_bytes(archive, kLongestPart));
}

inline void save(Writer& archive, const SecretText& text) {
    put_bytes(archive, bytes_of(text.expose()));
}
inline void load(Reader& archive, SecretText& text) {
    text = SecretText(SecretBytes::copy_of(get_bytes(archive, kLongestPart)));
}

template <class Tag>
void save(Writer& archive, const Id<Tag>& id) {
    put(archive, id.bytes);
}
template <class Tag>
void load(Reader& archive, Id<Tag>& id) {
    get(archive, id.bytes);
}

inline void save(Writer& archive, const Hash& hash) {
    put(archive, hash);
}
inline void load(Reader& archive, Hash& hash) {
    get(archive, hash);
}

template <class T>
void save(Writer& archive, const std::vector<T>& list) {
    archive.length(list.size());
    for (const T& part : list) archive(part);
}
template <class T>
void load(Reader& archive, std::vector<T>& list) {
    list.clear();
    for (std::size_t left = archive.length(1, kMostParts); left > 0; --left) {
        T part{};
        archive(part);
        list.push_back(std::move(part));
    }
}

template <class T>
void save(Writer& archive, const std::optional<T>& value) {
    put(archive, value.has_value());
    if (value) archive(*value);
}
template <class T>
void load(Reader& archive, std::optional<T>& value) {
    value.reset();
    if (get_flag(archive)) archive(value.emplace());
}

/// An enum of one byte whose values are 0 … last, or first … last.
template <class E>
struct Bounded {
    E& value;
    E last;
    E first = E{};
};
template <class E>
void save(Writer& archive, const Bounded<E>& enumerator) {
    archive.number(static_cast<std::uint8_t>(enumerator.value));
}
template <class E>
void load(Reader& archive, Bounded<E>& enumerator) {
    const auto number = archive.number<std::uint8_t>();
    require(number >= static_cast<unsigned>(enumerator.first) &&
            number <= static_cast<unsigned>(enumerator.last));
    enumerator.value = static_cast<E>(number);
}

}  // namespace sparekey::core::codec

// The shapes of the core's own types, found by cereal through argument-dependent lookup.
namespace sparekey::core {

using codec::Bounded;

/// A value as messages have it; a state's dots have stamps, orders and secrets, coded as history.
template <class A>
void serialize(A& archive, CustomField& field) {
    archive(field.name, field.value, field.secret);
}
template <class A>
void serialize(A& archive, Attachment& attachment) {
    archive(attachment.name, attachment.id, attachment.size, attachment.sha256, attachment.chunks);
}
template <class A>
void save_load_type(A& archive, ItemType& type) {
    Bounded<ItemType> bounded{type, ItemType::recovery_codes};
    archive(bounded);
}
template <class A>
void serialize(A& archive, Item& item) {
    save_load_type(archive, item.type);
    archive(item.id, item.title, item.username, item.password, item.totp, item.urls, item.notes,
            item.tags, item.fields, item.sign_in_with, item.recovers_via, item.recovery_codes,
            item.favorite, item.attachments, item.created_ms, item.modified_ms, item.revision,
            item.deleted);
    std::uint64_t conflicts = item.conflicts;
    archive(conflicts);
    item.conflicts = conflicts;
}
/// What a command can ask for; attachments, marks and counters have questions of their own. The
/// type travels as a number, so that it can be left out like the rest.
template <class A>
void serialize(A& archive, ItemPatch& patch) {
    std::optional<std::uint8_t> type;
    if (patch.type) type = static_cast<std::uint8_t>(*patch.type);
    archive(type, patch.title, patch.username, patch.password, patch.totp, patch.urls, patch.notes,
            patch.tags, patch.fields, patch.sign_in_with, patch.recovers_via, patch.recovery_codes,
            patch.favorite);
    codec::require(!type || *type <= static_cast<std::uint8_t>(ItemType::recovery_codes));
    if (type) patch.type = static_cast<ItemType>(*type);
}
template <class A>
void serialize(A& archive, Summary& summary) {
    save_load_type(archive, summary.type);
    archive(summary.title, summary.username, summary.urls, summary.tags, summary.favorite,
            summary.deleted, summary.created_ms, summary.modified_ms);
    std::uint64_t conflicts = summary.conflicts;
    archive(conflicts);
    summary.conflicts = conflicts;
}
template <class A>
void serialize(A& archive, IndexRow& row) {
    archive(row.id, row.revision, row.summary);
}
template <class A>
void serialize(A& archive, NamedLink& link) {
    Bounded<NamedLink::Kind> kind{link.kind, NamedLink::Kind::holds};
    archive(kind, link.name);
}
template <class A>
void serialize(A& archive, Facts& facts) {
    archive(facts.id, facts.title, facts.created_ms, facts.is_account, facts.has_password,
            facts.has_seed, facts.recovery_codes, facts.links, facts.fallback_proved,
            facts.not_suggested, facts.shown_provider, facts.changed_since_proof);
}
template <class A>
void serialize(A& archive, Filter& filter) {
    Bounded<Shelf> shelf{filter.shelf, Shelf::both};
    archive(filter.query, filter.tag, filter.type, filter.url, shelf, filter.limit);
}
inline void save(codec::Writer& archive, const HistoryEntry& entry) {
    codec::put_bytes(archive, encode(entry).expose());
}
inline void load(codec::Reader& archive, HistoryEntry& entry) {
    auto decoded = decode_history_entry(codec::get_bytes(archive, codec::kLongestPart));
    codec::require(decoded.has_value());
    entry = std::move(*decoded);
}
template <class A>
void serialize(A& archive, HistoryLine& line) {
    archive(line.record, line.n, line.entry);
}
/// One entry for the value that shows and one for each other.
inline void save(codec::Writer& archive, const Conflict& conflict) {
    archive.length(1 + conflict.others.size());
    archive(HistoryEntry{{}, conflict.key, conflict.current.clone()});
    for (const Dot& other : conflict.others) {
        archive(HistoryEntry{{}, conflict.key, other.clone()});
    }
}
inline void load(codec::Reader& archive, Conflict& conflict) {
    std::size_t left = archive.length(1, codec::kMostParts);
    codec::require(left >= 2);
    HistoryEntry entry;
    archive(entry);
    conflict.key = entry.key;
    conflict.current = std::move(entry.dot);
    for (--left; left > 0; --left) {
        archive(entry);
        codec::require(entry.key == conflict.key);
        conflict.others.push_back(std::move(entry.dot));
    }
}
template <class A>
void serialize(A& archive, Candidate& candidate) {
    archive(candidate.id, candidate.title, candidate.username);
}
template <class A>
void serialize(A& archive, Error& error) {
    auto code = static_cast<std::uint8_t>(error.code);
    archive(code, error.message, error.hint, error.candidates);
    codec::require(code <= static_cast<std::uint8_t>(ErrorCode::interrupted));
    error.code = static_cast<ErrorCode>(code);
}

}  // namespace sparekey::core

namespace sparekey::storage {

template <class A>
void serialize(A& archive, AuditLine& line) {
    archive(line.at_ms, line.action, line.item, line.field, line.by);
}

}  // namespace sparekey::storage

namespace sparekey::cli {

template <class A>
void serialize(A& archive, OneTimeCode& code) {
    archive(code.code, code.period, code.remaining);
}
template <class A>
void serialize(A& archive, VaultCounts& counts) {
    archive(counts.items, counts.trashed, counts.conflicts, counts.kit_proved, counts.device);
}
template <class A>
void serialize(A& archive, ItemConflicts& listed) {
    archive(listed.id, listed.title, listed.conflicts);
}
template <class A>
void serialize(A& archive, Check& check) {
    archive(check.name, check.ok, check.detail, check.mend);
}
template <class A>
void serialize(A& archive, ItemHealth& health) {
    std::uint8_t bits = health.problems.bits();
    archive(health.id, health.title, bits, health.prefix);
    core::codec::require(bits < (1u << core::kProblemCount));
    health.problems = core::Problems(bits);
}
template <class A>
void serialize(A& archive, HealthPiece& piece) {
    archive(piece.survey, piece.is_last, piece.done, piece.total, piece.items);
}
template <class A>
void serialize(A& archive, ExaminationPiece& piece) {
    archive(piece.survey, piece.is_last, piece.done, piece.total, piece.checks);
}
template <class A>
void serialize(A& archive, VaultSecret& secret) {
    core::codec::Bounded<core::SecretForm> form{secret.form, core::SecretForm::seed};
    core::codec::Bounded<Age> age{secret.age, Age::former};
    archive(secret.item, secret.field, form, age, secret.value);
}
template <class A>
void serialize(A& archive, VaultSecrets& found) {
    archive(found.survey, found.is_last, found.secrets);
}
template <class A>
void serialize(A& archive, ImportNotes::Skipped& skipped) {
    archive(skipped.where, skipped.reason);
}
template <class A>
void serialize(A& archive, ImportNotes::Recognised& recognised) {
    archive(recognised.where, recognised.provider, recognised.identity);
}
using CountedFields = std::map<std::string, std::size_t>;
inline void save_fields(core::codec::Writer& archive, const CountedFields& fields) {
    archive.length(fields.size());
    for (const auto& [field, items] : fields) archive(field, std::uint64_t{items});
}
inline void load_fields(core::codec::Reader& archive, CountedFields& fields) {
    for (std::size_t left = archive.length(12, core::codec::kMostParts); left > 0; --left) {
        std::string field;
        std::uint64_t items = 0;
        archive(field, items);
        fields[field] = items;
    }
}
inline void save(core::codec::Writer& archive, const ImportReport& report) {
    archive(report.counts.created, report.counts.updated, report.counts.unchanged,
            report.notes.skipped, report.notes.recognised);
    save_fields(archive, report.notes.unmapped);
    save_fields(archive, report.notes.kept);
}
inline void load(core::codec::Reader& archive, ImportReport& report) {
    archive(report.counts.created, report.counts.updated, report.counts.unchanged,
            report.notes.skipped, report.notes.recognised);
    load_fields(archive, report.notes.unmapped);
    load_fields(archive, report.notes.kept);
}

}  // namespace sparekey::cli

namespace sparekey::cli::agent {

using core::codec::Bounded;

template <class A>
void serialize(A& archive, Hello& hello) {
    Bounded<Wish> wish{hello.wish, Wish::ssh};
    archive(hello.version, wish, hello.vault, hello.state, hello.by, hello.prompt);
}
template <class A>
void serialize(A& archive, Welcome& welcome) {
    Bounded<VaultState> state{welcome.state, VaultState::open};
    archive(welcome.version, state, welcome.hears_logind);
}
template <class A>
void serialize(A& archive, Unlock& question) {
    Bounded<core::SlotKind> kind{question.kind, core::SlotKind::key_file, core::SlotKind::password};
    archive(kind, question.secret, question.timeout_s, question.require_locked_memory,
            question.history_kept);
}
template <class A>
void serialize(A& archive, FindItem& question) {
    Bounded<core::Shelf> shelf{question.shelf, core::Shelf::both};
    archive(question.query, shelf);
}
template <class A>
void serialize(A& archive, Find& question) {
    archive(question.filter);
}
template <class A>
void serialize(A& archive, ReadItem& question) {
    Bounded<core::Values> values{question.values, core::Values::plain};
    archive(question.id, values);
}
template <class A>
void serialize(A& archive, ReadField& question) {
    Bounded<Use> use{question.use, Use::scan};
    archive(question.id, question.name, use);
}
template <class A>
void serialize(A& archive, ReadCode& question) {
    Bounded<Use> use{question.use, Use::scan};
    archive(question.id, use);
}
template <class A>
void serialize(A& archive, UseRecoveryCode& question) {
    archive(question.id);
}
template <class A>
void serialize(A&, ReadFacts&) {}
template <class A>
void serialize(A& archive, Add& question) {
    archive(question.patch);
}
template <class A>
void serialize(A& archive, Edit& question) {
    archive(question.id, question.patch);
}
template <class A>
void serialize(A& archive, PutInTrash& question) {
    archive(question.id);
}
template <class A>
void serialize(A& archive, Restore& question) {
    archive(question.id);
}
template <class A>
void serialize(A& archive, Revert& question) {
    archive(question.id, question.label, question.n);
}
template <class A>
void serialize(A& archive, Resolve& question) {
    Bounded<core::Keep> keep{question.keep, core::Keep::other};
    archive(question.id, question.label, keep);
}
template <class A>
void serialize(A& archive, Attach& question) {
    archive(question.id, question.name);
}
template <class A>
void serialize(A& archive, Detach& question) {
    archive(question.id, question.name);
}
template <class A>
void serialize(A&, EmptyTrash&) {}
template <class A>
void serialize(A& archive, ReadHistory& question) {
    Bounded<core::Values> values{question.values, core::Values::plain};
    archive(question.id, values);
}
template <class A>
void serialize(A& archive, ReadConflicts& question) {
    Bounded<core::Values> values{question.values, core::Values::plain};
    archive(values);
}
template <class A>
void serialize(A& archive, FindAttachment& question) {
    Bounded<core::Keep> side{question.side, core::Keep::other};
    archive(question.id, question.name, side);
}
template <class A>
void serialize(A& archive, ReadChunk& question) {
    Bounded<core::Keep> side{question.side, core::Keep::other};
    archive(question.id, question.name, side, question.index);
}
template <class A>
void serialize(A&, CountItems&) {}
template <class A>
void serialize(A& archive, Examine& question) {
    archive(question.survey);
}
template <class A>
void serialize(A& archive, ReadHealth& question) {
    Bounded<BreachPrefixes> prefixes{question.prefixes, BreachPrefixes::wanted};
    archive(question.survey, prefixes);
}
template <class A>
void serialize(A& archive, FindBreached& question) {
    archive(question.ids, question.range);
}
template <class A>
void serialize(A& archive, FindBreachedInFile& question) {
    archive(question.ids);
}
template <class A>
void serialize(A& archive, ReadSecrets& question) {
    archive(question.survey);
}
template <class A>
void serialize(A& archive, Import& question) {
    archive(question.format, question.dry_run);
}
template <class A>
void serialize(A& archive, HandOver& order) {
    archive(order.is_ssh, order.by, order.prompt);
}
template <class A>
void serialize(A& archive, BulkOrder& order) {
    archive(order.vault, order.state, order.key, order.by, order.import, order.history_kept);
}
template <class A>
void serialize(A& archive, StandbyOrder& order) {
    archive(order.version, order.arguments, order.environment, order.network);
}
template <class A>
void serialize(A& archive, StandbyAnswer& answer) {
    archive(answer.output, answer.errors, answer.error);
}
template <class A>
void serialize(A& archive, ReadAudit& question) {
    archive(question.limit);
}
template <class A>
void serialize(A&, StepAside&) {}
template <class A>
void serialize(A& archive, AnswerHead& head) {
    archive(head.error, head.warnings);
}
template <class A>
void serialize(A& archive, Progress& progress) {
    archive(progress.done, progress.total);
}

}  // namespace sparekey::cli::agent
