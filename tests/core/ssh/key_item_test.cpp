// An SSH key as an item: what the agent offers, signs with and asks about.
#include "core/ssh/key_item.h"

#include "tests/core/ssh/composite_rsa.h"
#include "tests/core/ssh/ssh_examples.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

using namespace tests;

Item item_with(const SshPrivateKey& key) {
    SeededRandom random;
    Item item;
    item.type = ItemType::ssh_key;
    item.title = "server\n";
    const SecretText file = write_openssh_file(key, "", random);
    REQUIRE(set_key_fields(item.fields, file.expose(), item.title));
    return item;
}

}  // namespace

TEST_CASE("an item offers its private key's own public key, whatever its fields say",
          "[core][ssh]") {
    const SshPrivateKey& key = example_key(SshKeyKind::ed25519);
    Item item = item_with(key);
    item.fields[1].value = SecretText::copy_of(example_key(SshKeyKind::rsa).public_key().line(""));
    const auto identity = identity_of(item);
    REQUIRE(identity);
    CHECK(identity->blob == key.public_key().blob());
    CHECK(identity->comment.find('\n') == std::string::npos);
    CHECK_FALSE(identity_of(Item{}));
}

TEST_CASE("an item signs for its own public key alone", "[core][ssh]") {
    const SshPrivateKey& key = example_key(SshKeyKind::ecdsa_p256);
    const Item item = item_with(key);
    const Bytes data = {1, 2, 3};
    const auto signature = sign_with_item(item, key.public_key().blob(), data, 0);
    REQUIRE(signature);
    CHECK(key.public_key().verify(data, *signature));
    const Bytes other = example_key(SshKeyKind::ed25519).public_key().blob();
    CHECK(sign_with_item(item, other, data, 0).error().code == ErrorCode::not_found);
    CHECK(sign_with_item(Item{}, other, data, 0).error().code == ErrorCode::not_found);
}

TEST_CASE("a damaged RSA key becomes no item's key", "[core][ssh][mutant:rsa-primes]") {
    SeededRandom random;
    const SecretText file = write_openssh_file(composite_ssh_key(), "", random);
    std::vector<CustomField> fields;
    const auto taken = set_key_fields(fields, file.expose(), "server");
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == ErrorCode::usage);
    CHECK(fields.empty());
    fields.push_back({std::string(kPrivateKeyField), file.clone(), true});
    const auto completed = complete_key_fields(fields, {}, "server");
    REQUIRE_FALSE(completed);
    CHECK(completed.error().code == ErrorCode::usage);
    // One that was there before stays as it is: the item can still be edited.
    std::vector<CustomField> same;
    same.push_back({std::string(kPrivateKeyField), file.clone(), true});
    CHECK(complete_key_fields(fields, same, "server"));
}

TEST_CASE("a key is asked about unless its field confirm says no", "[core][ssh]") {
    const auto asks = [](const char* answer) {
        Item item;
        item.fields.push_back({"confirm", SecretText::copy_of(answer), false});
        return asks_before_use(item);
    };
    CHECK_FALSE(asks_before_use(Item{}));
    for (const char* answer : {"true", "True", "yes", "1", "always"}) CHECK(asks(answer));
    for (const char* answer : {"", "false", "FALSE", "no"}) CHECK_FALSE(asks(answer));
}

}  // namespace sparekey::core
