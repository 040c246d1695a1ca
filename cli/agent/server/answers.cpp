#include "cli/agent/server/answers.h"

#include "cli/agent/server/replica_answers.h"

#include <sys/stat.h>

#include <new>

namespace sparekey::cli::agent {
namespace {

using core::Result;

/// One overload a question.
class Answering : public ReplicaAnswers {
  public:
    using ReplicaAnswers::operator();
    Answering(LocalAccess& access, const storage::File& passed)
        : ReplicaAnswers(access), access_(access), passed_(passed) {}

    Result<core::RecordId> operator()(FindItem& q) { return access_.find_item(q.query, q.shelf); }
    Result<std::vector<core::IndexRow>> operator()(Find& q) { return access_.find(q.filter); }
    Result<core::Item> operator()(ReadItem& q) { return access_.item(q.id, q.values); }
    Result<core::SecretText> operator()(ReadField& q) { return access_.field(q.id, q.name, q.use); }
    Result<OneTimeCode> operator()(ReadCode& q) { return access_.one_time_code(q.id, q.use); }
    Result<Nothing> operator()(UseRecoveryCode& q) {
        SPAREKEY_CHECK(access_.use_recovery_code(q.id));
        return Nothing{};
    }
    Result<std::vector<core::Facts>> operator()(ReadFacts&) { return access_.facts(); }
    Result<core::Item> operator()(Add& q) { return access_.add(std::move(q.patch)); }
    Result<core::Item> operator()(Edit& q) { return access_.edit(q.id, std::move(q.patch)); }
    Result<core::Item> operator()(PutInTrash& q) { return access_.put_in_trash(q.id); }
    Result<core::Item> operator()(Restore& q) { return access_.restore(q.id); }
    Result<core::Item> operator()(Revert& q) { return access_.revert(q.id, q.label, q.n); }
    Result<core::Item> operator()(Resolve& q) { return access_.resolve(q.id, q.label, q.keep); }
    Result<core::Item> operator()(Attach& q) {
        // A pipe could make everybody wait.
        struct stat status {};
        if (::fstat(passed_.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
            return core::unexpected(core::ErrorCode::usage, "what is to be attached is not a file");
        }
        return access_.attach(q.id, q.name, passed_.descriptor());
    }
    Result<core::Item> operator()(Detach& q) { return access_.detach(q.id, q.name); }
    Result<std::uint64_t> operator()(EmptyTrash&) { return access_.empty_trash(); }
    Result<std::vector<core::HistoryLine>> operator()(ReadHistory& q) {
        return access_.history(q.id, q.values);
    }
    Result<std::vector<ItemConflicts>> operator()(ReadConflicts& q) {
        return access_.conflicts(q.values);
    }
    Result<core::SecretBytes> operator()(ReadChunk& q) {
        return access_.attachment_chunk(q.id, q.name, q.side, q.index);
    }
    Result<core::Attachment> operator()(FindAttachment& q) {
        return access_.attachment(q.id, q.name, q.side);
    }
    Result<VaultCounts> operator()(CountItems&) { return access_.counts(); }
    Result<ExaminationPiece> operator()(Examine& q) { return access_.examination_piece(q.survey); }
    Result<HealthPiece> operator()(ReadHealth& q) {
        return access_.health_piece(q.survey, q.prefixes);
    }
    Result<std::vector<core::RecordId>> operator()(FindBreached& q) {
        return access_.breached(q.ids, q.range);
    }
    Result<std::vector<core::RecordId>> operator()(FindBreachedInFile& q) {
        return access_.breached_in(passed_.descriptor(), q.ids);
    }
    Result<VaultSecrets> operator()(ReadSecrets& q) { return access_.secrets(q.survey); }
    Result<std::vector<storage::AuditLine>> operator()(ReadAudit& q) {
        return access_.audit(q.limit);
    }
    Result<Nothing> operator()(Unlock&) { return not_here(); }
    Result<ImportReport> operator()(Import&) { return not_here(); }
    Result<Nothing> operator()(StepAside&) { return not_here(); }

  private:
    static core::Unexpected not_here() {
        return core::unexpected(core::ErrorCode::failed, "this is not asked here");
    }

    LocalAccess& access_;
    const storage::File& passed_;
};

template <class Q>
Result<typename Q::Answer> answer_one(VaultHolder& holder, Q& question, const std::string& by,
                                      const storage::File& passed) try {
    SPAREKEY_TRY(LocalAccess* const access, holder.access(by));
    return Answering(*access, passed)(question);
} catch (...) {
    return core::unexpected(error_of_current_exception());
}

Result<Nothing> answer_one(VaultHolder& holder, Unlock& question, const std::string&,
                           const storage::File&) try {
    SPAREKEY_CHECK(holder.unlock(question));
    return Nothing{};
} catch (...) {
    return core::unexpected(error_of_current_exception());
}

template <class... Kinds>
bool is_one_of(const Question& question) {
    return (std::holds_alternative<Kinds>(question) || ...);
}

}  // namespace

core::Error error_of_current_exception() try {
    throw;
} catch (const storage::CorruptDatabase& failure) {
    return {core::ErrorCode::integrity, failure.what(),
            "run sparekey doctor; a backup has the last good state"};
} catch (const std::bad_alloc&) {
    return {core::ErrorCode::failed, "there is not enough memory"};
} catch (const std::exception& failure) {
    return {core::ErrorCode::failed, failure.what()};
}

core::SecretBytes answer(VaultHolder& holder, Question&& question, const std::string& by,
                         const storage::File& passed) {
    return std::visit(
        [&](auto& one) {
            const auto result = answer_one(holder, one, by, passed);
            return encode_answer(result, holder.take_warnings());
        },
        question);
}

bool is_use(const Question& question) {
    // A sync or a backup may run by itself, for days: it keeps no vault open.
    return !is_one_of<StepAside, CountItems, ReadAudit, ReadMembership, MakeAssertion, TakeToken,
                      KeepToken, NextPush, ReadExposure, NoteExposureTold, SettlePush, WithdrawPush,
                      ApplyPage, ForeseePage, ApplySnapshot, ForeseeSnapshot, KeptPush, SettleKept,
                      ReseedPage, NoteSynced, NoteAuditTold, RememberIdentities>(question);
}

}  // namespace sparekey::cli::agent
