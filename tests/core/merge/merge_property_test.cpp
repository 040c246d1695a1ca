// The laws of the merge over random histories: what sync will rest on.
#include "core/merge/edit.h"
#include "core/model/view.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

namespace sparekey::core {
namespace {

using tests::SeededRandom;

/// A few devices that edit the same item apart, merge in any direction, and whose clocks are days
/// off.
class Fleet {
  public:
    explicit Fleet(SeededRandom& random) : random_(random) {
        const std::size_t devices = 2 + random.below(4);
        ItemPatch patch;
        patch.title = "t0";
        const Edit edit{1'700'000'000'000, DeviceId::random(random)};
        const auto made = create_item(patch, edit);
        REQUIRE(made);
        for (std::size_t i = 0; i < devices; ++i) {
            devices_.push_back(DeviceId::random(random));
            states_.push_back(made->state.clone());
            skew_.push_back(random.below(10) * 86'400'000);
        }
        written_.insert("t0");
    }

    void step() {
        const std::size_t who = random_.below(states_.size());
        switch (random_.below(8)) {
            case 0:
            case 1:
                merge_from(who, random_.below(states_.size()));
                break;
            case 2:
                take(who, put_in_trash(states_[who], edit(who)));
                break;
            case 3:
                take(who, restore(states_[who], edit(who)));
                break;
            case 4:
                settle(who);
                break;
            default:
                change(who);
        }
    }

    void exchange_all() {
        for (int round = 0; round < 2; ++round) {
            for (std::size_t i = 0; i < states_.size(); ++i) {
                for (std::size_t j = 0; j < states_.size(); ++j) merge_from(i, j);
            }
        }
    }

    const std::vector<ItemState>& states() const { return states_; }

    /// Every value ever written is in the state or was told to be dropped.
    bool lost_nothing() const {
        std::set<std::string> found = dropped_;
        for (const Field& field : states_.front().fields) {
            for (const Dot& dot : field.dots) found.insert(name(field.key, dot));
        }
        return std::includes(found.begin(), found.end(), written_.begin(), written_.end());
    }

  private:
    static std::string name(const FieldKey& key, const Dot& dot) {
        return is_element(key.kind) ? key.name : std::string(dot.value.text.expose());
    }

    Edit edit(std::size_t who) {
        now_ += random_.below(3);
        return {now_ + skew_[who], devices_[who]};
    }

    void take(std::size_t who, MergeResult result) {
        states_[who] = std::move(result.state);
        for (const Dropped& one : result.dropped) dropped_.insert(name(one.key, one.dot));
    }

    void merge_from(std::size_t who, std::size_t other) {
        take(who, merge(states_[who], states_[other]));
    }

    void settle(std::size_t who) {
        const auto found = conflicts(states_[who]);
        if (found.empty()) return;
        auto result = resolve(states_[who], found.front().key,
                              random_.coin() ? Keep::current : Keep::other, edit(who));
        REQUIRE(result);
        take(who, std::move(*result));
    }

    void change(std::size_t who) {
        const std::string value = "v" + std::to_string(++values_);
        const Item seen = view_of(who);
        ItemPatch patch;
        switch (random_.below(4)) {
            case 0:
                patch.username = value;
                break;
            case 1:
                patch.password = SecretText::copy_of(value);
                break;
            case 2:
                patch.tags = seen.tags;
                patch.tags->push_back(value);
                break;
            default:
                patch.tags = seen.tags;
                if (!patch.tags->empty()) {
                    patch.tags->erase(patch.tags->begin() + static_cast<std::ptrdiff_t>(
                                                                random_.below(patch.tags->size())));
                }
        }
        if (patch.username || patch.password || patch.tags->size() > seen.tags.size()) {
            written_.insert(value);
        }
        auto result = apply_patch(states_[who], patch, edit(who));
        REQUIRE(result);
        take(who, std::move(*result));
    }

    Item view_of(std::size_t who) const { return view(states_[who], RecordId{}, 1); }

    SeededRandom& random_;
    std::vector<DeviceId> devices_;
    std::vector<ItemState> states_;
    std::vector<std::uint64_t> skew_;
    std::uint64_t now_ = 1'700'000'000'001;
    std::size_t values_ = 0;
    std::set<std::string> written_;
    std::set<std::string> dropped_;
};

}  // namespace

TEST_CASE("merging is commutative, associative and idempotent, converges and loses no value",
          "[core][merge][property]") {
    SeededRandom random;
    const std::size_t histories = tests::count(10'000);
    for (std::size_t history = 0; history < histories; ++history) {
        Fleet fleet(random);
        const std::size_t steps = 5 + random.below(25);
        for (std::size_t i = 0; i < steps; ++i) fleet.step();

        const ItemState& a = fleet.states()[0];
        const ItemState& b = fleet.states()[1];
        const ItemState& c = fleet.states().back();
        REQUIRE(identical(merge(a, b).state, merge(b, a).state));
        REQUIRE(identical(merge(merge(a, b).state, c).state, merge(a, merge(b, c).state).state));
        REQUIRE(identical(merge(a, a).state, a));
        REQUIRE(merge(a, a).dropped.empty());

        fleet.exchange_all();
        for (const ItemState& state : fleet.states()) {
            REQUIRE(identical(state, fleet.states().front()));
        }
        REQUIRE(fleet.lost_nothing());
    }
    SUCCEED(histories << " random histories");
}

}  // namespace sparekey::core
