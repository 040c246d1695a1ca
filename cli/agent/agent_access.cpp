#include "cli/agent/agent_access.h"

#include "core/merge/edit.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sparekey::cli::agent {
namespace {

using core::Item;
using core::RecordId;
using core::Result;

constexpr int kMostBegun = 3;  // surveys of one question
constexpr std::size_t kSearchedAtOnce = 64;

std::string text(std::string_view view) {
    return std::string(view);
}

/// Memory that can be passed on like a file, and has no name anywhere.
storage::File anonymous_file(core::ByteView content) {
    storage::File file(::memfd_create("sparekey", MFD_CLOEXEC));
    if (!file.is_open()) {
        throw core::SystemFailure(std::string("no memory for the file: ") + std::strerror(errno));
    }
    storage::write_all(file, content);
    ::lseek(file.descriptor(), 0, SEEK_SET);
    return file;
}

}  // namespace

template <class Q>
Result<typename Q::Answer> AgentAccess::ask(Q question, int passed,
                                            const ImportProgress& progress) {
    std::vector<std::string> warnings;
    auto answer = connection_.ask(std::move(question), warnings, passed, progress);
    for (const std::string& warning : warnings) warn_(warning);
    return answer;
}

Result<void> AgentAccess::step_aside() {
    SPAREKEY_CHECK(ask(StepAside{}));
    return {};
}

Result<RecordId> AgentAccess::find_item(std::string_view query, core::Shelf shelf) {
    return ask(FindItem{text(query), shelf});
}

Result<std::vector<core::IndexRow>> AgentAccess::find(const core::Filter& filter) {
    return ask(Find{filter});
}

Result<Item> AgentAccess::item(const RecordId& id, core::Values values) {
    return ask(ReadItem{id, values});
}

Result<core::SecretText> AgentAccess::field(const RecordId& id, std::string_view name, Use use) {
    return ask(ReadField{id, text(name), use});
}

Result<OneTimeCode> AgentAccess::one_time_code(const RecordId& id, Use use) {
    return ask(ReadCode{id, use});
}

Result<void> AgentAccess::use_recovery_code(const RecordId& id) {
    SPAREKEY_CHECK(ask(UseRecoveryCode{id}));
    return {};
}

Result<std::vector<core::Facts>> AgentAccess::facts() {
    return ask(ReadFacts{});
}

Result<Item> AgentAccess::add(core::ItemPatch patch) {
    return ask(Add{std::move(patch)});
}

Result<Item> AgentAccess::edit(const RecordId& id, core::ItemPatch patch) {
    return ask(Edit{id, std::move(patch)});
}

Result<Item> AgentAccess::put_in_trash(const RecordId& id) {
    return ask(PutInTrash{id});
}

Result<Item> AgentAccess::restore(const RecordId& id) {
    return ask(Restore{id});
}

Result<Item> AgentAccess::revert(const RecordId& id, std::string_view label, std::uint32_t n) {
    return ask(Revert{id, text(label), n});
}

Result<Item> AgentAccess::resolve(const RecordId& id, std::string_view label, core::Keep keep) {
    return ask(Resolve{id, text(label), keep});
}

Result<Item> AgentAccess::attach(const RecordId& id, std::string_view name, int descriptor) {
    return ask(Attach{id, text(name)}, descriptor);
}

Result<Item> AgentAccess::detach(const RecordId& id, std::string_view name) {
    return ask(Detach{id, text(name)});
}

Result<std::uint64_t> AgentAccess::empty_trash() {
    return ask(EmptyTrash{});
}

Result<std::vector<core::HistoryLine>> AgentAccess::history(const RecordId& id,
                                                            core::Values values) {
    return ask(ReadHistory{id, values});
}

Result<std::vector<ItemConflicts>> AgentAccess::conflicts(core::Values values) {
    return ask(ReadConflicts{values});
}

Result<void> AgentAccess::read_attachment(const RecordId& id, std::string_view name,
                                          core::Keep side,
                                          const std::function<void(core::ByteView)>& write) {
    SPAREKEY_TRY(const core::Attachment attachment, ask(FindAttachment{id, text(name), side}));
    return core::read_chunks(
        attachment,
        [&](std::uint32_t index) {
            return ask(ReadChunk{id, text(name), side, index});
        },
        write);
}

Result<VaultCounts> AgentAccess::counts() {
    return ask(CountItems{});
}

/// All pieces of a survey; the last one. A vault that the agent lent to somebody meanwhile is
/// looked at anew.
template <class Q, class... Parts>
Result<typename Q::Answer> AgentAccess::survey(const ImportProgress& progress, Parts... parts) {
    int begun = 1;
    for (std::uint64_t survey = 0;;) {
        Result<typename Q::Answer> piece = ask(Q{survey, parts...});
        if (piece) {
            if (progress) progress(piece->done, piece->total);
            if (piece->is_last) return piece;
            survey = piece->survey;
        } else if (piece.error().code == core::ErrorCode::conflict && begun < kMostBegun) {
            survey = 0;
            ++begun;
        } else {
            return piece;
        }
    }
}

Result<std::vector<Check>> AgentAccess::examine(const ImportProgress& progress) {
    SPAREKEY_TRY(ExaminationPiece last, survey<Examine>(progress));
    return std::move(last.checks);
}

Result<std::vector<ItemHealth>> AgentAccess::health(BreachPrefixes prefixes,
                                                    const ImportProgress& progress) {
    SPAREKEY_TRY(HealthPiece last, survey<ReadHealth>(progress, prefixes));
    return std::move(last.items);
}

Result<std::vector<RecordId>> AgentAccess::breached(const std::vector<RecordId>& ids,
                                                    std::string_view range) {
    return ask(FindBreached{ids, text(range)});
}

/// In pieces: a large list on a slow disk is no reason for others to wait.
Result<std::vector<RecordId>> AgentAccess::breached_in(int descriptor,
                                                       const std::vector<RecordId>& ids) {
    std::vector<RecordId> all;
    for (std::size_t at = 0; at == 0 || at < ids.size(); at += kSearchedAtOnce) {
        const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t count = std::min(kSearchedAtOnce, ids.size() - at);
        const std::vector<RecordId> some(begin, begin + static_cast<std::ptrdiff_t>(count));
        SPAREKEY_TRY(const auto found, ask(FindBreachedInFile{some}, descriptor));
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

Result<VaultSecrets> AgentAccess::secrets(std::uint64_t survey) {
    return ask(ReadSecrets{survey});
}

Result<ImportReport> AgentAccess::import(std::string_view format, core::SecretBytes file,
                                         bool dry_run, const ImportProgress& progress) {
    const storage::File content = anonymous_file(file.expose());
    file = {};
    return ask(Import{text(format), dry_run}, content.descriptor(), progress);
}

Result<std::vector<storage::AuditLine>> AgentAccess::audit(std::uint64_t limit) {
    return ask(ReadAudit{limit});
}

}  // namespace sparekey::cli::agent
