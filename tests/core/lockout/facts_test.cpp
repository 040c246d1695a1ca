#include "core/lockout/facts.h"

#include "core/merge/edit.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

Facts facts_of_patch(ItemPatch patch) {
    patch.title = "Site";
    const auto made = create_item(patch, {1'700'000'000'000, DeviceId{}});
    REQUIRE(made);
    return facts_of(made->state, RecordId{});
}

CustomField field(const char* name, const char* value) {
    return {name, SecretText::copy_of(value), false};
}

}  // namespace

TEST_CASE("an item's facts are its own keys and two kinds of its fields", "[core][lockout]") {
    ItemPatch patch;
    patch.password = SecretText::copy_of("password");
    patch.totp = SecretText::copy_of("JBSWY3DPEHPK3PXP");
    patch.sign_in_with = {"google:al@x.example"};
    patch.recovers_via = {"phone:+4915112345"};
    patch.recovery_codes.emplace();
    patch.recovery_codes->push_back(SecretText::copy_of("one"));
    patch.recovery_codes->push_back(SecretText::copy_of("two"));
    patch.fields.emplace();
    patch.fields->push_back(field("identity", "Email:Al@Post.Example"));
    patch.fields->push_back(field("second_factor", "device:pixel"));
    patch.fields->push_back(field("second_factor", "Device:Key"));
    patch.fields->push_back(field("pin", "email:no@post.example"));
    const Facts facts = facts_of_patch(std::move(patch));
    CHECK(facts.title == "Site");
    CHECK(facts.created_ms == 1'700'000'000'000);
    CHECK(facts.is_account);
    CHECK(facts.has_password);
    CHECK(facts.has_seed);
    CHECK(facts.recovery_codes == 2);
    std::vector<std::string> names;
    for (const NamedLink& link : facts.links) {
        names.push_back(std::to_string(static_cast<int>(link.kind)) + " " + link.name);
    }
    CHECK(names == std::vector<std::string>{"0 google:al@x.example", "1 phone:+4915112345",
                                            "3 email:al@post.example", "2 device:pixel",
                                            "2 device:key"});
}

TEST_CASE("somebody's own field of the same name is no fact, an odd login stands for itself",
          "[core][lockout]") {
    ItemPatch patch;
    patch.sign_in_with = {"the blue button"};
    patch.fields.emplace();
    patch.fields->push_back(field("identity", "passport 123"));
    patch.fields->push_back(field("second_factor", "secret words"));
    const Facts facts = facts_of_patch(std::move(patch));
    CHECK_FALSE(facts.has_password);
    REQUIRE(facts.links.size() == 1);
    CHECK(facts.links[0].name == "the blue button");
}

TEST_CASE("logins and accounts at providers are accounts, nothing else is", "[core][lockout]") {
    for (const std::string_view name : type_names()) {
        ItemPatch patch;
        patch.type = parse_type(name);
        CAPTURE(name);
        CHECK(facts_of_patch(std::move(patch)).is_account ==
              (name == "login" || name == "idp-account"));
    }
}

}  // namespace sparekey::core
