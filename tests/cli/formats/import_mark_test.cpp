// The marks of imported items: which fields of a row they know again.
#include "cli/formats/import_mark.h"

#include "core/merge/draft.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

struct Hashed {
    tests::SeededRandom random;
    core::Keyring keyring = [this] {
        core::Keyring made;
        made.id_key = core::IdKey::random(random);
        return made;
    }();
    core::RecordSealer sealer{core::VaultId::random(random), keyring, random};
    MarkHashes hashes{sealer};
};

core::FieldKey custom_field(const std::string& name) {
    return {core::FieldKind::custom, name, 0};
}

}  // namespace

TEST_CASE("a mark says which values a row had", "[cli][import]") {
    Hashed with;
    core::Draft row({}, {1, core::DeviceId::random(with.random)});
    const auto value = [](std::string_view text) {
        return core::Value{core::SecretText::copy_of(text), false, 0};
    };
    row.set(custom_field("colour"), value("red"));
    const core::ItemState made = std::move(row).take();
    const std::string text = ImportMark::of(with.hashes, made, {}).text();
    const ImportMark mark = ImportMark::parse(with.hashes, text);
    CHECK(mark.has(custom_field("colour"), value("red")));
    CHECK_FALSE(mark.has(custom_field("colour"), value("blue")));
    CHECK(mark.names(custom_field("colour")));
    CHECK_FALSE(mark.names(custom_field("size")));
}

TEST_CASE("a field has the same name in marks however many others there are", "[cli][import]") {
    Hashed with;
    const std::string before = with.hashes.name_of(custom_field("first"));
    for (int i = 0; i < 3000; ++i) with.hashes.name_of(custom_field(std::to_string(i)));
    CHECK(with.hashes.name_of(custom_field("first")) == before);
    CHECK(MarkHashes(with.sealer).name_of(custom_field("2999")) ==
          with.hashes.name_of(custom_field("2999")));
    CHECK(with.hashes.name_of(custom_field("2998")) != before);
}

}  // namespace sparekey::cli
