// The agent's messages: every one comes back as it went, and nothing else is taken for one.
#include "cli/agent/message_codec.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

using namespace cli::agent;

core::SecretText secret(const char* text) {
    return core::SecretText::copy_of(text);
}

core::SecretBytes some_bytes() {
    return core::SecretBytes::copy_of(core::bytes_of("bytes"));
}

core::Enrolment some_enrolment() {
    core::Enrolment enrolment;
    enrolment.vault.bytes.fill(1);
    enrolment.origin = "https://vault.example";
    enrolment.signing.fill(2);
    enrolment.box.fill(3);
    enrolment.nonce.fill(4);
    return enrolment;
}

/// Those of a sync.
void add_replica_questions(std::vector<Question>& all) {
    core::DeviceId device;
    device.bytes.fill(5);
    all.emplace_back(ReadMembership{});
    all.emplace_back(MakeAssertion{});
    all.emplace_back(TakeToken{});
    all.emplace_back(KeepToken{core::SecretText::copy_of("token"), 600});
    all.emplace_back(FoundAccount{"https://vault.example", "laptop"});
    all.emplace_back(AbandonAccount{});
    all.emplace_back(NextPush{device, some_bytes(), {core::RecordId{}}});
    all.emplace_back(ReadExposure{});
    all.emplace_back(NoteExposureTold{});
    all.emplace_back(SettlePush{some_bytes()});
    all.emplace_back(WithdrawPush{});
    all.emplace_back(ApplyPage{some_bytes(), true, {7, 9}});
    all.emplace_back(ApplySnapshot{some_bytes(), true, true, {7, std::nullopt}});
    all.emplace_back(ForeseePage{some_bytes(), {1, 2, 3}});
    all.emplace_back(ForeseeSnapshot{some_bytes()});
    all.emplace_back(KeptPush{{7, core::Hash{8}}});
    all.emplace_back(SettleKept{some_bytes()});
    all.emplace_back(ReseedPage{some_bytes(), true});
    all.emplace_back(NoteSynced{1'764'000'000'000});
    all.emplace_back(NoteAuditTold{{{7, core::Hash{8}}, 5}});
    all.emplace_back(RememberIdentities{{{"corp:alice", "corp", "Alice"}}});
    all.emplace_back(Approve{some_enrolment(), "ABCDE"});
    all.emplace_back(LeaveAccount{});
    all.emplace_back(RejoinAccount{"laptop"});
}

/// One of each kind, with something in every member.
std::vector<Question> questions() {
    const auto id = core::RecordId::parse("korcrq46rubf3tl2kvizugwlve").value();
    core::ItemPatch patch;
    patch.type = core::ItemType::api_token;
    patch.title = "Title";
    patch.password = secret("password");
    patch.urls = std::vector<std::string>{"https://a.example", "b"};
    patch.fields.emplace();
    patch.fields->push_back({"pin", secret("1234"), true});
    patch.recovery_codes.emplace();
    patch.recovery_codes->push_back(secret("aaaa"));
    patch.favorite = true;
    core::ItemPatch same;
    same.title = "Other";
    std::vector<Question> all;
    all.emplace_back(Unlock{core::SlotKind::recovery,
                            core::SecretBytes::copy_of(core::bytes_of("secret")), 900, true, 5});
    all.emplace_back(FindItem{"query", core::Shelf::trash});
    all.emplace_back(Find{{"query", "tag", "login", "url", core::Shelf::both}});
    all.emplace_back(ReadItem{id, core::Values::plain});
    all.emplace_back(ReadField{id, "password", cli::Use::copy});
    all.emplace_back(ReadCode{id, cli::Use::answer});
    all.emplace_back(UseRecoveryCode{id});
    all.emplace_back(ReadFacts{});
    all.emplace_back(Add{std::move(patch)});
    all.emplace_back(Edit{id, std::move(same)});
    all.emplace_back(PutInTrash{id});
    all.emplace_back(Restore{id});
    all.emplace_back(Revert{id, "password", 3});
    all.emplace_back(Resolve{id, "username", core::Keep::other});
    all.emplace_back(Attach{id, "file.txt"});
    all.emplace_back(Detach{id, "file.txt"});
    all.emplace_back(EmptyTrash{});
    all.emplace_back(ReadHistory{id, core::Values::plain});
    all.emplace_back(ReadConflicts{core::Values::plain});
    all.emplace_back(ReadChunk{id, "file.txt", core::Keep::current, 7});
    all.emplace_back(CountItems{});
    all.emplace_back(Examine{});
    all.emplace_back(Import{"json", true});
    all.emplace_back(ReadAudit{100});
    all.emplace_back(StepAside{});
    add_replica_questions(all);
    all.emplace_back(ReadHealth{7, cli::BreachPrefixes::wanted});
    all.emplace_back(FindBreached{{id}, "0018A45C4D1DEF81644B54AB7F969B88D65:1"});
    all.emplace_back(FindBreachedInFile{{id}});
    all.emplace_back(ReadSecrets{7});
    all.emplace_back(FindAttachment{id, "file.txt", core::Keep::other});
    return all;
}

}  // namespace

TEST_CASE("every question comes back as it went", "[cli][agent]") {
    const auto all = questions();
    REQUIRE(all.size() == std::variant_size_v<Question>);
    for (std::size_t i = 0; i < all.size(); ++i) {
        INFO("question " << i);
        const core::SecretBytes bytes = encode(all[i]);
        const auto decoded = decode_question(bytes.expose());
        REQUIRE(decoded);
        CHECK(decoded->index() == i);
        CHECK(core::equal_constant_time(encode(*decoded).expose(), bytes.expose()));
    }
}

TEST_CASE("a question cut short or with bytes too many is none", "[cli][agent]") {
    for (const Question& question : questions()) {
        const core::SecretBytes bytes = encode(question);
        const core::ByteView whole = bytes.expose();
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CHECK_FALSE(decode_question(whole.first(size)));
        }
        core::Bytes longer(whole.begin(), whole.end());
        longer.push_back(0);
        CHECK_FALSE(decode_question(longer));
    }
}

TEST_CASE("a flipped bit gives another question or none, never anything else", "[cli][agent]") {
    SeededRandom random;
    for (const Question& question : questions()) {
        const core::SecretBytes bytes = encode(question);
        for (std::size_t round = 0; round < count(300); ++round) {
            core::Bytes damaged(bytes.expose().begin(), bytes.expose().end());
            damaged[random.below(damaged.size())] ^=
                static_cast<std::uint8_t>(1U << random.below(8));
            const auto decoded = decode_question(damaged);
            if (decoded) CHECK(core::equal_constant_time(encode(*decoded).expose(), damaged));
        }
    }
}

TEST_CASE("an answer brings its value, its error, and what was said beside it", "[cli][agent]") {
    std::vector<std::string> warnings;
    const core::Result<core::SecretText> good(secret("value"));
    const auto answered =
        decode_answer<core::SecretText>(encode_answer(good, {"take care"}).expose(), warnings);
    REQUIRE(answered);
    CHECK(answered->expose() == "value");
    CHECK(warnings == std::vector<std::string>{"take care"});
    core::Error error{core::ErrorCode::ambiguous, "several", "name one", {{"id", "title", "user"}}};
    const core::Result<core::SecretText> bad(core::unexpected(error));
    const auto refused = decode_answer<core::SecretText>(encode_answer(bad, {}).expose(), warnings);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == core::ErrorCode::ambiguous);
    CHECK(refused.error().message == "several");
    CHECK(refused.error().hint == "name one");
    REQUIRE(refused.error().candidates.size() == 1);
    CHECK(refused.error().candidates[0].username == "user");
}

TEST_CASE("facts come back as they went", "[cli][agent][lockout]") {
    core::Facts facts;
    facts.id = core::RecordId::parse("korcrq46rubf3tl2kvizugwlve").value();
    facts.title = "Mail";
    facts.created_ms = 1'764'000'000'000;
    facts.is_account = false;
    facts.has_seed = true;
    facts.recovery_codes = 3;
    facts.links = {{core::NamedLink::Kind::holds, "email:al@post.example"}};
    std::vector<std::string> warnings;
    facts.fallback_proved = {"2026-01-01T00:00:00Z"};
    facts.not_suggested = {"*"};
    facts.shown_provider = "google";
    facts.changed_since_proof = true;
    const core::Result<std::vector<core::Facts>> good(std::vector<core::Facts>{facts});
    const auto answered =
        decode_answer<std::vector<core::Facts>>(encode_answer(good, {}).expose(), warnings);
    REQUIRE(answered);
    REQUIRE(answered->size() == 1);
    const core::Facts& same = answered->front();
    CHECK(same.fallback_proved == facts.fallback_proved);
    CHECK(same.not_suggested == facts.not_suggested);
    CHECK(same.shown_provider == facts.shown_provider);
    CHECK(same.changed_since_proof == facts.changed_since_proof);
    CHECK(same.id == facts.id);
    CHECK(same.title == "Mail");
    CHECK(same.created_ms == facts.created_ms);
    CHECK_FALSE(same.is_account);
    CHECK_FALSE(same.has_password);
    CHECK(same.has_seed);
    CHECK(same.recovery_codes == 3);
    REQUIRE(same.links.size() == 1);
    CHECK(same.links[0].kind == core::NamedLink::Kind::holds);
    CHECK(same.links[0].name == "email:al@post.example");
}

TEST_CASE("secrets come back as they went", "[cli][agent][leaks]") {
    cli::VaultSecrets found;
    found.survey = 3;
    found.is_last = true;
    const auto id = core::RecordId::parse("korcrq46rubf3tl2kvizugwlve").value();
    found.secrets.push_back(
        {id, "totp", core::SecretForm::seed, cli::Age::former, secret("JBSWY3DPEHPK3PXP")});
    std::vector<std::string> warnings;
    const core::Result<cli::VaultSecrets> good(std::move(found));
    const auto answered =
        decode_answer<cli::VaultSecrets>(encode_answer(good, {}).expose(), warnings);
    REQUIRE(answered);
    CHECK(answered->survey == 3);
    CHECK(answered->is_last);
    REQUIRE(answered->secrets.size() == 1);
    const cli::VaultSecret& same = answered->secrets.front();
    CHECK(same.item == id);
    CHECK(same.field == "totp");
    CHECK(same.form == core::SecretForm::seed);
    CHECK(same.age == cli::Age::former);
    CHECK(same.value.expose() == "JBSWY3DPEHPK3PXP");
}

TEST_CASE("greetings are told from anything else", "[cli][agent]") {
    const Hello hello{"1.2.3", Wish::unlock, "/vault", "/state", "get"};
    const core::SecretBytes bytes = encode(hello);
    const auto decoded = decode_hello(bytes.expose());
    REQUIRE(decoded);
    CHECK(decoded->version == "1.2.3");
    CHECK(decoded->wish == Wish::unlock);
    CHECK(decoded->vault == "/vault");
    CHECK(decoded->by == "get");
    core::Bytes other(bytes.expose().begin(), bytes.expose().end());
    other[0] ^= 1;
    CHECK_FALSE(decode_hello(other));
    const auto welcome = decode_welcome(encode(Welcome{"9", VaultState::open, true}).expose());
    REQUIRE(welcome);
    CHECK(welcome->state == VaultState::open);
    CHECK(welcome->hears_logind);
    const auto progress = decode_progress(encode(Progress{3, 9}).expose());
    REQUIRE(progress);
    REQUIRE(*progress);
    CHECK((*progress)->total == 9);
}

}  // namespace sparekey::tests
