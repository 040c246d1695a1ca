#include "cli/scan/message_codec.h"

#include "cli/agent/message_archive.h"

namespace sparekey::cli::scan {

using core::codec::Reader;
using core::codec::Writer;

template <class A>
void serialize(A& archive, ScanPlace& place) {
    core::codec::Bounded<Place> bounded{place.place, Place::history};
    archive(bounded, place.path);
}
template <class A>
void serialize(A& archive, ScanOrder& order) {
    archive(order.places, order.hook_command);
}
template <class A>
void serialize(A& archive, ScanSecret& secret) {
    core::codec::Bounded<core::SecretForm> form{secret.form, core::SecretForm::seed};
    archive(secret.item, secret.kind, form, secret.value);
}
template <class A>
void serialize(A& archive, Leak& leak) {
    archive(leak.item, leak.kind, leak.path, leak.line, leak.commit, leak.fingerprint);
}
template <class A>
void serialize(A& archive, Skipped& skipped) {
    archive(skipped.binary, skipped.large, skipped.links, skipped.special, skipped.unreadable,
            skipped.damaged);
}
template <class A>
void serialize(A& archive, ScanReport& report) {
    archive(report.leaks, report.unnamed, report.allowed, report.scanned, report.skipped,
            report.secrets, report.too_common, report.unlocked, report.hook);
}

namespace {

template <class T>
core::SecretBytes encode_one(const T& value) {
    Writer archive;
    archive(value);
    return std::move(archive).take();
}

template <class T>
core::Result<T> decode_one(core::ByteView bytes) {
    return core::codec::decode_whole<T>(bytes, [](Reader& archive) {
        T value;
        archive(value);
        return value;
    });
}

/// One of the two.
struct Answer {
    std::optional<core::Error> error;
    std::optional<ScanReport> report;
};
template <class A>
void serialize(A& archive, Answer& answer) {
    archive(answer.error, answer.report);
    core::codec::require(answer.error.has_value() != answer.report.has_value());
}

}  // namespace

core::SecretBytes encode(const ScanOrder& order) {
    return encode_one(order);
}
core::Result<ScanOrder> decode_order(core::ByteView bytes) {
    return decode_one<ScanOrder>(bytes);
}

core::SecretBytes encode(const ScanSecrets& secrets) {
    return encode_one(secrets);
}
core::Result<ScanSecrets> decode_secrets(core::ByteView bytes) {
    return decode_one<ScanSecrets>(bytes);
}

core::SecretBytes encode(const core::Result<ScanReport>& answer) {
    if (answer) return encode_one(Answer{std::nullopt, *answer});
    return encode_one(Answer{answer.error(), std::nullopt});
}
core::Result<ScanReport> decode_answer(core::ByteView bytes) {
    SPAREKEY_TRY(Answer answer, decode_one<Answer>(bytes));
    if (answer.error) return core::unexpected(std::move(*answer.error));
    return std::move(*answer.report);
}

}  // namespace sparekey::cli::scan
