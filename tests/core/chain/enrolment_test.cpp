// Opening an enrolment, and being approved by a member.
#include "core/chain/enrolment.h"

#include "core/chain/approval.h"
#include "core/crypto/sealed_box.h"
#include "core/vault/slots.h"
#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <set>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;
using tests::TestDevice;

/// A device that wants to join an account, and what the account's Secret Key opens.
struct Joining {
    SeededRandom random;
    TestAccount account{random};
    TestDevice device{random};
    SecretBytes secret_key = SecretBytes::copy_of(random.bytes<kSecretKeySize>());
    Enrolment enrolment{account.head().vault, "https://sparekey.example", device.listed().signing(),
                        device.listed().box(), random.bytes<32>()};

    SigningSeed opener() const {
        return opener_seed(enrolment.vault, SlotKind::password, secret_key.expose());
    }
    ApprovingMember member() const {
        const TestDevice& first = account.devices()[0];
        return {first.id(), first.signing.expose(), account.head().at};
    }
    Result<ApprovalAnswer> approve_with(std::string_view typed) {
        return approve(enrolment, typed, secret_key, member(), random);
    }
    ApprovalAnswer approved() { return *approve_with(ApprovalCode::of(enrolment).text()); }

    /// The enrolment with one of its facts changed, each in turn.
    std::vector<Enrolment> others() const {
        std::vector<Enrolment> changed(5, enrolment);
        changed[0].vault.bytes[0] ^= 1;
        changed[1].origin = "https://sparekey.example:8443";
        changed[2].signing[0] ^= 1;
        changed[3].box[0] ^= 1;
        changed[4].nonce[31] ^= 1;
        return changed;
    }
};

}  // namespace

TEST_CASE("an opener of the roster opens, and says of which kind it is", "[core][chain]") {
    Joining made;
    const SigningSeed opener = made.opener();
    const SigningPublicKey key = signing_public_key(opener.expose());
    const Signature signature = sign_opening(opener.expose(), made.enrolment);
    Roster roster = made.account.head().roster;
    const auto unlisted = check_opening(roster, made.enrolment, key, signature);
    REQUIRE_FALSE(unlisted);
    CHECK(unlisted.error().code == ErrorCode::refused);
    roster.openers[1] = {roster.openers[1].slot, SlotKind::recovery, key};
    const auto opened = check_opening(roster, made.enrolment, key, signature);
    REQUIRE(opened);
    CHECK(*opened == SlotKind::recovery);
}

TEST_CASE("an opener's signature is good for one server, account, attempt and device",
          "[core][chain][mutant:opening-signature]") {
    Joining made;
    const SigningSeed opener = made.opener();
    const SigningPublicKey key = signing_public_key(opener.expose());
    Roster roster = made.account.head().roster;
    roster.openers[0].key = key;
    const Signature signature = sign_opening(opener.expose(), made.enrolment);
    for (const Enrolment& other : made.others()) {
        const auto refused = check_opening(roster, other, key, signature);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message == "this does not open the account");
    }
    CHECK(check_opening(roster, made.enrolment, key, signature));
}

TEST_CASE("an approval code has four groups of five and depends on every fact", "[core][chain]") {
    Joining made;
    const std::string text = ApprovalCode::of(made.enrolment).text();
    CHECK(text.size() == 23);
    CHECK(text[5] == '-');
    CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-") == std::string::npos);
    std::set<std::string> codes{text};
    for (const Enrolment& other : made.others()) codes.insert(ApprovalCode::of(other).text());
    CHECK(codes.size() == 6);
}

TEST_CASE("a code is told from any other, however it is typed", "[core][chain][property]") {
    SeededRandom random;
    for (std::size_t round = 0; round < tests::count(200); ++round) {
        const ApprovalCode code =
            ApprovalCode::of({VaultId::random(random), "https://x", {}, {}, {}});
        std::string typed;
        for (char c : code.text()) {
            if (c == 'O' && random.coin()) c = '0';
            if (c == 'I' && random.coin()) c = '1';
            if (c == 'B' && random.coin()) c = '8';
            if (c >= 'A' && c <= 'Z' && random.coin()) c = static_cast<char>(c - 'A' + 'a');
            if (c != '-' || random.coin()) typed.push_back(c);
            if (random.below(5) == 0) typed += random.coin() ? " " : "-";
        }
        REQUIRE(code.matches(typed));
        std::string wrong = code.text();
        const std::size_t at = random.below(4) * 6 + random.below(5);
        wrong[at] = wrong[at] == 'A' ? 'C' : 'A';
        REQUIRE_FALSE(code.matches(wrong));
    }
    const ApprovalCode code = ApprovalCode::of({});
    CHECK_FALSE(code.matches(""));
    CHECK_FALSE(code.matches(code.text() + "A"));
    CHECK_FALSE(code.matches(code.text().substr(1)));
}

TEST_CASE("a member hands over the Secret Key and its head", "[core][chain]") {
    Joining made;
    const ApprovalAnswer answer = made.approved();
    CHECK(*decode_approval_answer(encode(answer)) == answer);
    const auto approval = open_approval(made.enrolment, made.device.box.expose(), answer);
    REQUIRE(approval);
    CHECK(equal_constant_time(approval->secret_key.expose(), made.secret_key.expose()));
    CHECK(approval->head == made.account.head().at);
    CHECK(verify_approval(made.account.head().roster, made.enrolment, answer));
}

TEST_CASE("a member answers nothing to a code that is not the enrolment's",
          "[core][chain][mutant:approval-code]") {
    Joining made;
    for (const Enrolment& other : made.others()) {
        const auto answer = made.approve_with(ApprovalCode::of(other).text());
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == ErrorCode::refused);
    }
}

TEST_CASE("an answer opens for its enrolment, device and member only", "[core][chain]") {
    Joining made;
    const ApprovalAnswer answer = made.approved();
    for (const Enrolment& other : made.others()) {
        CHECK_FALSE(open_approval(other, made.device.box.expose(), answer));
    }
    const TestDevice stranger(made.random);
    CHECK_FALSE(open_approval(made.enrolment, stranger.box.expose(), answer));
    ApprovalAnswer renamed = answer;
    renamed.device = stranger.id();
    CHECK_FALSE(open_approval(made.enrolment, made.device.box.expose(), renamed));
}

TEST_CASE("an answer that a member did not sign is refused",
          "[core][chain][mutant:approval-signature]") {
    Joining made;
    const Roster& roster = made.account.head().roster;
    const ApprovalAnswer answer = made.approved();
    for (const Enrolment& other : made.others())
        CHECK_FALSE(verify_approval(roster, other, answer));
    ApprovalAnswer changed = answer;
    changed.sealed[40] ^= 1;
    CHECK_FALSE(verify_approval(roster, made.enrolment, changed));
    changed = answer;
    changed.signature[0] ^= 1;
    CHECK_FALSE(verify_approval(roster, made.enrolment, changed));
}

TEST_CASE("an answer of a device that is not listed is refused", "[core][chain]") {
    Joining made;
    const TestDevice stranger(made.random);
    const auto answer =
        approve(made.enrolment, ApprovalCode::of(made.enrolment).text(), made.secret_key,
                {stranger.id(), stranger.signing.expose(), {}}, made.random);
    REQUIRE(answer);
    CHECK_FALSE(verify_approval(made.account.head().roster, made.enrolment, *answer));
}

TEST_CASE("a member that names another code than the one it was to approve is refused",
          "[core][chain][mutant:approval-echo]") {
    Joining made;
    Bytes content(kSecretKeySize + 8 + 32, 1);
    const ApprovalCode other = ApprovalCode::of(made.others()[0]);
    const ByteView code = other.bytes();
    content.insert(content.end(), code.begin(), code.end());
    ApprovalAnswer answer{made.member().device, {}, {}};
    Bytes bound = encode(made.enrolment);
    bound.insert(bound.end(), answer.device.bytes.begin(), answer.device.bytes.end());
    answer.sealed = *sealed_box::seal(made.enrolment.box, "sparekey/v1/approval-box", content,
                                      bound, made.random);
    CHECK_FALSE(open_approval(made.enrolment, made.device.box.expose(), answer));
}

}  // namespace sparekey::core
