// What a command and the agent say to each other, as values.
//
// A connection begins with a Hello, answered by a Welcome; then questions follow, one at a time,
// each answered by an AnswerHead and, if it went well, the question's own Answer. Bytes and bounds
// are in cli/agent/message_codec.h; the frame around each message is a 4-byte little-endian length.
#pragma once

#include "cli/access/vault_access.h"
#include "cli/agent/replica_messages.h"

#include <variant>

namespace sparekey::cli::agent {

/// What a connection is for.
enum class Wish : std::uint8_t {
    ask,     // questions to a vault that is open; else the Welcome says locked, and that is all
    unlock,  // the same, but a worker is started for a vault that is not open yet
    lock,    // close every vault (`vault` empty) or this one; answered when it is done
    stop,    // lock all and end the agent: another version takes its place
    ssh,     // as unlock, and this vault's SSH keys are offered from now on
};

/// First on every connection. Magic and version stand first in every version to come.
struct Hello {
    std::string version;
    Wish wish = Wish::ask;
    std::string vault;  // the vault's folder, resolved
    std::string state;  // its folder of state
    std::string by;     // the command that asks, for the audit log
    /// For Wish::ssh: how to ask a person before a key is used. The program, then variables of its
    /// environment, such as "DISPLAY=:0"; empty if nobody can be asked.
    std::vector<std::string> prompt = {};
};

enum class VaultState : std::uint8_t { locked, open };

struct Welcome {
    std::string version;
    VaultState state = VaultState::locked;
    bool hears_logind = false;  // which announces a suspend and a locked screen
};

struct Unlock {
    core::SlotKind kind = core::SlotKind::password;
    core::SecretBytes secret;
    std::uint64_t timeout_s = 0;  // 0: never by time
    bool require_locked_memory = false;
    std::uint64_t history_kept = 100;
    using Answer = Nothing;
};
/// As core::resolve_query() and the look-ups of VaultAccess.
struct FindItem {
    std::string query;
    core::Shelf shelf = core::Shelf::live;
    using Answer = core::RecordId;
};
struct Find {
    core::Filter filter;
    using Answer = std::vector<core::IndexRow>;
};
struct ReadItem {
    core::RecordId id;
    core::Values values = core::Values::concealed;
    using Answer = core::Item;
};
struct ReadField {
    core::RecordId id;
    std::string name;
    Use use = Use::reveal;
    using Answer = core::SecretText;
};
struct ReadCode {
    core::RecordId id;
    Use use = Use::reveal;
    using Answer = OneTimeCode;
};
struct UseRecoveryCode {
    core::RecordId id;
    using Answer = Nothing;
};
struct ReadFacts {
    using Answer = std::vector<core::Facts>;
};
struct Add {
    core::ItemPatch patch;
    using Answer = core::Item;
};
struct Edit {
    core::RecordId id;
    core::ItemPatch patch;
    using Answer = core::Item;
};
struct PutInTrash {
    core::RecordId id;
    using Answer = core::Item;
};
struct Restore {
    core::RecordId id;
    using Answer = core::Item;
};
struct Revert {
    core::RecordId id;
    std::string label;
    std::uint32_t n = 0;
    using Answer = core::Item;
};
struct Resolve {
    core::RecordId id;
    std::string label;
    core::Keep keep = core::Keep::current;
    using Answer = core::Item;
};
/// A descriptor of the file comes with it.
struct Attach {
    core::RecordId id;
    std::string name;
    using Answer = core::Item;
};
struct Detach {
    core::RecordId id;
    std::string name;
    using Answer = core::Item;
};
struct EmptyTrash {
    using Answer = std::uint64_t;
};
struct ReadHistory {
    core::RecordId id;
    core::Values values = core::Values::concealed;
    using Answer = std::vector<core::HistoryLine>;
};
struct ReadConflicts {
    core::Values values = core::Values::concealed;
    using Answer = std::vector<ItemConflicts>;
};
/// `side`: Keep::other is the file in conflict with the one that is shown.
struct FindAttachment {
    core::RecordId id;
    std::string name;
    core::Keep side = core::Keep::current;
    using Answer = core::Attachment;
};
/// One chunk of it; the first one is what the audit log has.
struct ReadChunk {
    core::RecordId id;
    std::string name;
    core::Keep side = core::Keep::current;
    std::uint32_t index = 0;
    using Answer = core::SecretBytes;
};
struct CountItems {
    using Answer = VaultCounts;
};
struct Examine {
    std::uint64_t survey = 0;
    using Answer = ExaminationPiece;
};
struct ReadHealth {
    std::uint64_t survey = 0;
    BreachPrefixes prefixes = BreachPrefixes::not_wanted;
    using Answer = HealthPiece;
};
struct FindBreached {
    std::vector<core::RecordId> ids;
    std::string range;
    using Answer = std::vector<core::RecordId>;
};
/// A descriptor of the list comes with it.
struct FindBreachedInFile {
    std::vector<core::RecordId> ids;
    using Answer = std::vector<core::RecordId>;
};
struct ReadSecrets {
    std::uint64_t survey = 0;
    using Answer = VaultSecrets;
};
/// A descriptor of the export comes with it. Progress messages go before the answer.
struct Import {
    std::string format;
    bool dry_run = false;
    using Answer = ImportReport;
};
struct ReadAudit {
    std::uint64_t limit = 0;
    using Answer = std::vector<storage::AuditLine>;
};
/// The agent lets go of the vault's files for as long as this connection lasts.
struct StepAside {
    using Answer = Nothing;
};

using Question = std::variant<
    Unlock, FindItem, Find, ReadItem, ReadField, ReadCode, UseRecoveryCode, ReadFacts, Add, Edit,
    PutInTrash, Restore, Revert, Resolve, Attach, Detach, EmptyTrash, ReadHistory, ReadConflicts,
    ReadChunk, CountItems, Examine, Import, ReadAudit, StepAside, ReadMembership, MakeAssertion,
    TakeToken, KeepToken, FoundAccount, AbandonAccount, NextPush, ReadExposure, NoteExposureTold,
    SettlePush, WithdrawPush, ApplyPage, ApplySnapshot, ForeseePage, ForeseeSnapshot, KeptPush,
    SettleKept, ReseedPage, NoteSynced, NoteAuditTold, RememberIdentities, Approve, LeaveAccount,
    RejoinAccount, ReadHealth, FindBreached, FindBreachedInFile, ReadSecrets, FindAttachment>;

/// Before every answer. With `error` nothing follows.
struct AnswerHead {
    std::optional<core::Error> error;
    std::vector<std::string> warnings;  // for the person, whatever the answer is
};

}  // namespace sparekey::cli::agent
