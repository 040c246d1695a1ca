// Fixed bytes for a fixed seed, so that no format drifts unnoticed. tests/independent/read_chain.py
// reads the same file by docs/ alone.
#include "core/chain/account_slots.h"
#include "core/chain/approval.h"
#include "core/chain/device_name.h"
#include "core/chain/grant.h"
#include "core/codec/codec.h"
#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <sstream>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;
using tests::TestDevice;

class Lines {
  public:
    void add(std::string_view name, ByteView bytes) {
        text_ << name << " " << to_hex(bytes) << "\n";
    }
    void add(std::string_view name, std::string_view text) { text_ << name << " " << text << "\n"; }
    std::string text() const { return text_.str(); }

  private:
    std::ostringstream text_;
};

/// Four records, then one of them removed and another changed.
void change_records(TestAccount& account) {
    const auto record = [](std::uint8_t first) { return RecordId{{first, 0x10, first}}; };
    const auto blob = [](std::uint8_t fill) { return Hash{fill, 1, 2}; };
    account.change({{record(1), 1, blob(1)},
                    {record(2), 5, blob(2)},
                    {record(0x20), 1, blob(3)},
                    {record(0xff), 1, blob(4)}});
    account.change({{record(2), 6, std::nullopt}, {record(0x20), 2, blob(5)}});
}

void add_account(Lines& lines, SeededRandom& random) {
    TestAccount account(random);
    account.join(random);
    change_records(account);
    account.rotate(random);
    lines.add("vault", account.head().vault.bytes);
    for (const SignedCommit& commit : account.commits()) lines.add("commit", encode(commit));
    lines.add("head", account.head().at.hash);
    for (const TestDevice& device : account.devices()) lines.add("box", device.box.expose());
    const TestDevice& last = account.devices().back();
    lines.add("grant-key",
              open_grant(account.head().roster, last.id(), last.box.expose())->expose());
}

void add_slots(Lines& lines, SeededRandom& random) {
    AccountSlots slots;
    slots.vault = VaultId::random(random);
    slots.policy = kKdfDefault;
    KeySlot& slot = slots.slots.emplace_back();
    slot.id = SlotId::random(random);
    slot.created_ms = 1'700'000'000'000;
    slot.salt = random.bytes<16>();
    slot.cost = kKdfDefault;
    slot.opener = random.bytes<32>();
    slot.commitment = random.bytes<32>();
    slot.wrapped_key = Bytes(72, 0x77);
    lines.add("slots", encode(slots));
}

void add_enrolment(Lines& lines, SeededRandom& random) {
    const TestDevice joining(random);
    const TestDevice member(random);
    const Enrolment enrolment{VaultId::random(random), "https://sparekey.example",
                              joining.listed().signing(), joining.listed().box(),
                              random.bytes<32>()};
    const SecretBytes secret_key = SecretBytes::copy_of(random.bytes<kSecretKeySize>());
    const ChainPoint head{7, random.bytes<32>()};
    const std::string code = ApprovalCode::of(enrolment).text();
    const auto answer =
        approve(enrolment, code, secret_key, {member.id(), member.signing.expose(), head}, random);
    lines.add("enrolment", encode(enrolment));
    lines.add("opening", sign_opening(member.signing.expose(), enrolment));
    lines.add("member-signing", member.listed().signing());
    lines.add("code", code);
    lines.add("answer", encode(*answer));
    lines.add("joining-box", joining.box.expose());
    lines.add("secret-key", secret_key.expose());
}

void add_name(Lines& lines, SeededRandom& random) {
    Keyring keyring;
    keyring.epochs.push_back(EpochKey::random(random));
    const VaultId vault = VaultId::random(random);
    const DeviceId device = DeviceId::random(random);
    lines.add("name-epoch-key", keyring.epochs[0].expose());
    lines.add("name-vault", vault.bytes);
    lines.add("name-device", device.bytes);
    lines.add("name", *seal_device_name(keyring, vault, device, "laptop", random));
}

}  // namespace

TEST_CASE("rosters, commits, slots and approvals are the bytes that they always were",
          "[core][chain][vectors]") {
    SeededRandom random(1);
    Lines lines;
    add_account(lines, random);
    add_slots(lines, random);
    add_enrolment(lines, random);
    add_name(lines, random);
    std::ifstream stream(SPAREKEY_VECTORS "/chain/chain.txt");
    std::ostringstream kept;
    kept << stream.rdbuf();
    INFO("now:\n" << lines.text());
    CHECK((lines.text() == kept.str()));
}

}  // namespace sparekey::core
