// What the agent keeps of every item, held to a reading of the whole vault.
#include "cli/access/facts_book.h"

#include "core/codec/codec.h"
#include "tests/support/fake_clock.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

using core::RecordId;

/// A vault, and somebody who changes it.
class Changing {
  public:
    Changing() {
        keyring_.epochs.push_back(core::EpochKey::random(random));
        keyring_.id_key = core::IdKey::random(random);
        const std::string path = home_.file("vault.db");
        const auto key = core::DatabaseKey::random(random);
        const auto id = core::VaultId::random(random);
        store = storage::VaultStore::create(path, key, id, core::bytes_of("keyring"));
        vault.emplace(id, core::DeviceId::random(random), keyring_, *store, clock_, random);
    }

    void change() {
        clock_.advance(random.below(3));
        if (items_.empty() || random.below(3) == 0) {
            items_.push_back(vault->add(patch()).value().id);
            return;
        }
        const RecordId& item = items_[random.below(items_.size())];
        switch (random.below(4)) {
            case 0:
                (void)vault->put_in_trash(item);
                break;
            case 1:
                (void)vault->restore(item);
                break;
            case 2:
                if (random.below(8) == 0) empty_trash();
                break;
            default:
                REQUIRE(vault->edit(item, patch()));
        }
    }

    tests::SeededRandom random;
    std::unique_ptr<storage::VaultStore> store;
    std::optional<core::Vault> vault;

  private:
    core::ItemPatch patch() {
        core::ItemPatch patch;
        patch.title = "item" + std::to_string(random.below(1000));
        patch.sign_in_with = {"google:a" + std::to_string(random.below(5)) + "@x.example"};
        if (random.coin()) patch.password = core::SecretText::copy_of("password");
        return patch;
    }
    void empty_trash() {
        REQUIRE(vault->empty_trash());
        std::erase_if(items_, [this](const RecordId& item) { return !store->contains(item); });
    }

    tests::Home home_;
    core::Keyring keyring_;
    tests::FakeClock clock_;
    std::vector<RecordId> items_;
};

std::string text_of(const std::vector<core::Facts>& all) {
    std::string text;
    for (const core::Facts& facts : all) {
        text += facts.id.text() + " " + facts.title + (facts.has_password ? " password" : "");
        for (const core::NamedLink& link : facts.links) text += " " + link.name;
        text += "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("facts that were kept are those of a vault read anew", "[cli][lockout][property]") {
    Changing changing;
    FactsBook kept(*changing.vault, *changing.store);
    changing.store->on_index_change([&](auto changes) { kept.follow(changes); });
    for (std::size_t round = 0; round < tests::count(25); ++round) {
        for (std::size_t left = changing.random.below(6); left > 0; --left) {
            changing.change();
            if (changing.random.below(10) == 0) REQUIRE(kept.read_piece());
        }
        if (changing.random.below(5) == 0) {
            // More than would be loaded one by one.
            std::vector<storage::IndexChange> many(300);
            for (auto& change : many) change.id = RecordId::random(changing.random);
            kept.follow(many);
            CHECK_FALSE(kept.is_read());
        }
        FactsBook anew(*changing.vault, *changing.store);
        REQUIRE(text_of(kept.all().value()) == text_of(anew.all().value()));
        CHECK(kept.is_read());
    }
    changing.store->on_index_change({});
}

}  // namespace sparekey::cli
