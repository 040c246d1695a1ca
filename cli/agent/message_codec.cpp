#include "cli/agent/message_codec.h"

#include "cli/agent/replica_archive.h"

#include <array>
#include <utility>

namespace sparekey::cli::agent {
namespace {

using core::codec::Reader;
using core::codec::Writer;

constexpr std::uint32_t kMagic = 0x414b5053;  // "SPKA"
enum Kind : std::uint8_t { kAnswer = 0, kProgress = 1 };

template <std::size_t Index>
void read_alternative(Reader& archive, Question& question) {
    archive(question.emplace<Index>());
}

/// The alternative number `index` of a variant, read in place: to move a variant is code for each.
void read_question(Reader& archive, std::size_t index, Question& question) {
    static constexpr auto kReaders = []<std::size_t... I>(std::index_sequence<I...>) {
        return std::array{&read_alternative<I>...};
    }
    (std::make_index_sequence<std::variant_size_v<Question>>());
    core::codec::require(index < kReaders.size());
    kReaders[index](archive, question);
}

template <class T>
core::Result<T> decode_after_magic(core::ByteView bytes) {
    return core::codec::decode_whole<T>(bytes, [](Reader& archive) {
        core::codec::require(archive.number<std::uint32_t>() == kMagic);
        T value;
        archive(value);
        return value;
    });
}

template <class T>
core::SecretBytes encode_after_magic(const T& value) {
    Writer archive;
    archive.number(kMagic);
    archive(value);
    return std::move(archive).take();
}

}  // namespace

core::SecretBytes encode(const Hello& hello) {
    return encode_after_magic(hello);
}
core::Result<Hello> decode_hello(core::ByteView bytes) {
    return decode_after_magic<Hello>(bytes);
}

core::SecretBytes encode(const Welcome& welcome) {
    return encode_after_magic(welcome);
}
core::Result<Welcome> decode_welcome(core::ByteView bytes) {
    return decode_after_magic<Welcome>(bytes);
}

core::SecretBytes encode(const Question& question) {
    Writer archive;
    archive.number(static_cast<std::uint8_t>(question.index()));
    std::visit([&](const auto& one) { archive(one); }, question);
    return std::move(archive).take();
}

core::Result<Question> decode_question(core::ByteView bytes) {
    return core::codec::decode_whole<Question>(bytes, [](Reader& archive) {
        Question question;
        read_question(archive, archive.number<std::uint8_t>(), question);
        return question;
    });
}

core::SecretBytes encode(const Progress& progress) {
    Writer archive;
    archive.number(std::uint8_t{kProgress});
    archive(progress);
    return std::move(archive).take();
}

core::Result<std::optional<Progress>> decode_progress(core::ByteView bytes) {
    if (bytes.empty() || bytes.front() != kProgress) return std::optional<Progress>();
    return core::codec::decode_whole<std::optional<Progress>>(bytes.subspan(1),
                                                              [](Reader& archive) {
                                                                  Progress progress;
                                                                  archive(progress);
                                                                  return std::optional(progress);
                                                              });
}

core::SecretBytes encode(const HandOver& order) {
    return encode_after_magic(order);
}
core::Result<HandOver> decode_hand_over(core::ByteView bytes) {
    return decode_after_magic<HandOver>(bytes);
}

core::SecretBytes encode(const BulkOrder& order) {
    return encode_after_magic(order);
}
core::Result<BulkOrder> decode_bulk_order(core::ByteView bytes) {
    return decode_after_magic<BulkOrder>(bytes);
}

core::SecretBytes encode(const StandbyOrder& order) {
    return encode_after_magic(order);
}
core::Result<StandbyOrder> decode_standby_order(core::ByteView bytes) {
    return decode_after_magic<StandbyOrder>(bytes);
}

core::SecretBytes encode(const StandbyAnswer& answer) {
    return encode_after_magic(answer);
}
core::Result<StandbyAnswer> decode_standby_answer(core::ByteView bytes) {
    return decode_after_magic<StandbyAnswer>(bytes);
}

template <class Answer>
core::SecretBytes encode_answer(const core::Result<Answer>& answer,
                                const std::vector<std::string>& warnings) {
    Writer archive;
    archive.number(std::uint8_t{kAnswer});
    AnswerHead head{std::nullopt, warnings};
    if (!answer) head.error = answer.error();
    archive(head);
    if (answer) archive(*answer);
    return std::move(archive).take();
}

template <class Answer>
core::Result<Answer> decode_answer(core::ByteView bytes, std::vector<std::string>& warnings) {
    AnswerHead head;
    auto decoded = core::codec::decode_whole<std::optional<Answer>>(bytes, [&](Reader& archive) {
        core::codec::require(archive.number<std::uint8_t>() == kAnswer);
        archive(head);
        std::optional<Answer> answer;
        if (!head.error) archive(answer.emplace());
        return answer;
    });
    if (!decoded) return core::unexpected(std::move(decoded).error());
    std::move(head.warnings.begin(), head.warnings.end(), std::back_inserter(warnings));
    if (head.error) return core::unexpected(std::move(*head.error));
    return std::move(**decoded);
}

// One pair for each type that a question is answered with.
#define SPAREKEY_ANSWER(Type)                                                  \
    template core::SecretBytes encode_answer(const core::Result<Type>&,        \
                                             const std::vector<std::string>&); \
    template core::Result<Type> decode_answer(core::ByteView, std::vector<std::string>&)
SPAREKEY_ANSWER(Nothing);
SPAREKEY_ANSWER(core::RecordId);
SPAREKEY_ANSWER(std::vector<core::IndexRow>);
SPAREKEY_ANSWER(core::Item);
SPAREKEY_ANSWER(core::Attachment);
SPAREKEY_ANSWER(std::vector<core::Facts>);
SPAREKEY_ANSWER(core::SecretText);
SPAREKEY_ANSWER(core::SecretBytes);
SPAREKEY_ANSWER(OneTimeCode);
SPAREKEY_ANSWER(std::uint64_t);
SPAREKEY_ANSWER(std::vector<core::HistoryLine>);
SPAREKEY_ANSWER(std::vector<ItemConflicts>);
SPAREKEY_ANSWER(VaultCounts);
SPAREKEY_ANSWER(ExaminationPiece);
SPAREKEY_ANSWER(HealthPiece);
SPAREKEY_ANSWER(std::vector<core::RecordId>);
SPAREKEY_ANSWER(VaultSecrets);
SPAREKEY_ANSWER(ImportReport);
SPAREKEY_ANSWER(std::vector<storage::AuditLine>);
SPAREKEY_ANSWER(std::optional<sync::Membership>);
SPAREKEY_ANSWER(std::string);
SPAREKEY_ANSWER(core::Applied);
SPAREKEY_ANSWER(core::SnapshotTaken);
SPAREKEY_ANSWER(core::Foreseen);
SPAREKEY_ANSWER(std::optional<core::ShownExposure>);
SPAREKEY_ANSWER(core::ReseedStep);
#undef SPAREKEY_ANSWER

}  // namespace sparekey::cli::agent
