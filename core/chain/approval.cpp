#include "core/chain/approval.h"

#include "core/base/mutant.h"
#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/crypto/sealed_box.h"

#include <algorithm>

namespace sparekey::core {

using codec::get;
using codec::plain;
using codec::put;
using codec::Reader;
using codec::Writer;

namespace {

constexpr std::string_view kCodeLabel = "sparekey/v1/approval-code";
constexpr std::string_view kBoxLabel = "sparekey/v1/approval-box";
constexpr std::string_view kSignatureLabel = "sparekey/v1/approval-answer";
constexpr std::size_t kCodeLength = 20;  // characters of five bits
constexpr std::size_t kGroup = 5;
constexpr std::size_t kCodeSize = 13;
constexpr std::size_t kContentSize = kSecretKeySize + 8 + sizeof(Hash) + kCodeSize;
constexpr std::size_t kSealedSize = sealed_box::kOverhead + kContentSize;

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

char lookalike(char c) {
    switch (c) {
        case '0':
            return 'O';
        case '1':
            return 'I';
        case '8':
            return 'B';
        default:
            return upper(c);
    }
}

bool is_separator(char c) {
    return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string folded(std::string_view typed) {
    std::string kept;
    for (const char c : typed) {
        if (!is_separator(c)) kept.push_back(lookalike(c));
    }
    return kept;
}

/// Ties the box to the enrolment and to the member who sealed it.
Bytes associated(const Enrolment& enrolment, const DeviceId& member) {
    Bytes bound = encode(enrolment);
    bound.insert(bound.end(), member.bytes.begin(), member.bytes.end());
    return bound;
}

/// What the member signs: the same, and the box.
Bytes signed_part(const Enrolment& enrolment, const ApprovalAnswer& answer) {
    Bytes whole = associated(enrolment, answer.device);
    whole.insert(whole.end(), answer.sealed.begin(), answer.sealed.end());
    return whole;
}

SecretBytes encode_content(const SecretBytes& secret_key, const ChainPoint& head,
                           const ApprovalCode& code) {
    Writer archive;
    archive.bytes(secret_key.expose());
    archive(head.n);
    put(archive, head.hash);
    archive.bytes(code.bytes());
    return std::move(archive).take();
}

struct Content {
    Approval approval;
    Bytes code;
};

Content get_content(Reader& archive) {
    Content content;
    content.approval.secret_key = SecretBytes::copy_of(archive.bytes(kSecretKeySize));
    archive(content.approval.head.n);
    get(archive, content.approval.head.hash);
    const ByteView code = archive.bytes(kCodeSize);
    content.code.assign(code.begin(), code.end());
    return content;
}

}  // namespace

ApprovalCode ApprovalCode::of(const Enrolment& enrolment) {
    const Hash hash = sha256({bytes_of(kCodeLabel), encode(enrolment)});
    ApprovalCode code;
    std::copy_n(hash.begin(), code.bits_.size(), code.bits_.begin());
    code.bits_.back() &= 0xf0;
    return code;
}

std::string ApprovalCode::text() const {
    const std::string digits = to_base32(bits_);  // 21 of them: 104 bits
    std::string text;
    for (std::size_t i = 0; i < kCodeLength; ++i) {
        if (i > 0 && i % kGroup == 0) text.push_back('-');
        text.push_back(upper(digits[i]));
    }
    return text;
}

bool ApprovalCode::matches(std::string_view typed) const {
    return equal_constant_time(bytes_of(folded(typed)), bytes_of(folded(text())));
}

Result<ApprovalAnswer> approve(const Enrolment& enrolment, std::string_view typed,
                               const SecretBytes& secret_key, const ApprovingMember& member,
                               Random& random) {
    const ApprovalCode code = ApprovalCode::of(enrolment);
    if (!SPAREKEY_LEFT_OUT("approval-code") && !code.matches(typed)) {
        return unexpected(ErrorCode::refused, "this is not the code of the device that asks",
                          "if it is what the new device shows, somebody stands between: stop here");
    }
    const SecretBytes content = encode_content(secret_key, member.head, code);
    ApprovalAnswer answer{member.device, {}, {}};
    SPAREKEY_TRY(answer.sealed, sealed_box::seal(enrolment.box, kBoxLabel, content.expose(),
                                                 associated(enrolment, member.device), random));
    answer.signature = sign(member.signing, kSignatureLabel, signed_part(enrolment, answer));
    return answer;
}

Result<Approval> open_approval(const Enrolment& enrolment, SeedView box_secret,
                               const ApprovalAnswer& answer) {
    SPAREKEY_TRY(const SecretBytes opened, sealed_box::open(box_secret, kBoxLabel, answer.sealed,
                                                            associated(enrolment, answer.device)));
    SPAREKEY_TRY(Content content, codec::decode_whole<Content>(opened.expose(), get_content));
    if (!SPAREKEY_LEFT_OUT("approval-echo") &&
        !equal_constant_time(content.code, ApprovalCode::of(enrolment).bytes())) {
        return unexpected(ErrorCode::integrity, "the member approved another code");
    }
    return std::move(content.approval);
}

Result<void> verify_approval(const Roster& roster, const Enrolment& enrolment,
                             const ApprovalAnswer& answer) {
    const RosterDevice* const member = roster.find(answer.device);
    if (member == nullptr) {
        return unexpected(ErrorCode::integrity, "the approval was not given by a member");
    }
    if (!SPAREKEY_LEFT_OUT("approval-signature") &&
        !verify(member->signing(), kSignatureLabel, signed_part(enrolment, answer),
                answer.signature)) {
        return unexpected(ErrorCode::integrity, "the approval is not signed by its member");
    }
    return {};
}

Bytes encode(const ApprovalAnswer& answer) {
    Writer archive;
    put(archive, answer.device.bytes);
    codec::put_bytes(archive, answer.sealed);
    put(archive, answer.signature);
    return plain(std::move(archive));
}

Result<ApprovalAnswer> decode_approval_answer(ByteView bytes) {
    return codec::decode_whole<ApprovalAnswer>(bytes, [](Reader& archive) {
        ApprovalAnswer answer;
        get(archive, answer.device.bytes);
        answer.sealed = codec::get_plain(archive, kSealedSize);
        get(archive, answer.signature);
        return answer;
    });
}

}  // namespace sparekey::core
