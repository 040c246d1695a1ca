#include "tests/simulation/fleet.h"

#include "core/crypto/hash.h"
#include "core/replica/context.h"
#include "core/secret/key.h"
#include "tests/simulation/known_answers.h"

#include <algorithm>
#include <cstdlib>

namespace sparekey::tests {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::size_t kMostRounds = 60;

core::SecretText secret(const std::string& text) {
    return core::SecretText::copy_of(text);
}

/// Guarded pages are two thirds of a simulated device's time, and these keys are nobody's.
class UnguardedKeys final : public core::KeyMemory {
  public:
    std::uint8_t* allocate(std::size_t size) override {
        return static_cast<std::uint8_t*>(std::calloc(size, 1));
    }
    void release(std::uint8_t* data, std::size_t) override { std::free(data); }
};

void leave_keys_unguarded() {
    static UnguardedKeys keys;
    core::keep_keys_in(keys);
}

}  // namespace

Fleet::Fleet(std::uint64_t seed, const FleetOptions& options)
    : random_((leave_keys_unguarded(), seed)), options_(options), keys_(random_) {
    forget_known_answers();
    server_.commits_a_page = 1 + random_.below(4);
    server_.records_a_page = 1 + random_.below(6);
    for (std::size_t at = 0; at < options_.devices; ++at) {
        SimulatedDevice& device = add_device(keys_);
        if (at == 0) {
            for (std::size_t items = random_.below(4); items > 0; --items) add(device);
            device.found();
        } else {
            device.join();
        }
    }
}

SimulatedDevice& Fleet::add_device(const SharedKeys& keys) {
    const std::string name(1, static_cast<char>('A' + devices_.size()));
    devices_.push_back(std::make_unique<SimulatedDevice>(keys, name, &time_ms_, server_, random_,
                                                         options_.on_file));
    SimulatedDevice& device = *devices_.back();
    if (options_.skew && random_.coin()) {
        device.clock().skew_ms =
            static_cast<std::int64_t>(random_.below(20)) * kDayMs / 2 - 5 * kDayMs;
    }
    device.network().loses_percent = options_.loses_percent;
    return device;
}

struct Fleet::Saved {
    SeededRandom random;
    std::uint64_t time_ms;
    SimulatedServer server;
    std::vector<SimulatedDevice::Disk> disks;
    std::vector<Entered> entered;
    std::vector<Purge> purges;
    std::size_t values;
    std::vector<std::string> log;
};

std::shared_ptr<const Fleet::Saved> Fleet::save() const {
    std::vector<SimulatedDevice::Disk> disks;
    for (const auto& device : devices_) disks.push_back(device->disk());
    return std::make_shared<const Saved>(
        Saved{random_, time_ms_, server_, std::move(disks), entered_, purges_, values_, log_});
}

void Fleet::put_back(const Saved& saved) {
    random_ = saved.random;
    time_ms_ = saved.time_ms;
    server_ = saved.server;
    for (std::size_t at = 0; at < devices_.size(); ++at) devices_[at]->put_back(saved.disks[at]);
    entered_ = saved.entered;
    purges_ = saved.purges;
    values_ = saved.values;
    log_ = saved.log;
}

std::string Fleet::say(SimulatedDevice& device, const std::string& what) {
    log_.push_back(device.name() + " " + what);
    return log_.back();
}

std::vector<core::RecordId> Fleet::items_of(SimulatedDevice& device) {
    std::vector<core::RecordId> items;
    device.records().each_index_row(core::Shelf::both, [&](const core::IndexRow& row) {
        items.push_back(row.id);
        return true;
    });
    return items;
}

std::string Fleet::new_value(const core::RecordId* item, std::vector<Entered>& entered) {
    std::string value = "v" + std::to_string(++values_);
    entered.push_back({item != nullptr ? *item : core::RecordId{}, value});
    return value;
}

void Fleet::add(SimulatedDevice& device) {
    std::vector<Entered> entered;
    core::ItemPatch patch;
    patch.title = new_value(nullptr, entered);
    patch.password = secret(new_value(nullptr, entered));
    std::optional<core::RecordId> id;
    if (crashed(device,
                [&] {
                    const auto item = device.vault().add(patch);
                    if (item) id = item->id;
                }) ||
        !id) {
        // It may be there or not; what it holds was never acknowledged.
        return;
    }
    say(device, "adds " + id->text().substr(0, 4) + " " + *patch.title);
    for (Entered& value : entered) value.item = *id;
    enter(device, entered);
}

void Fleet::enter(SimulatedDevice& device, std::vector<Entered> entered) {
    for (Entered& one : entered) {
        one.device = device.name();
        one.is_new = server_restored_;
    }
    entered_.insert(entered_.end(), entered.begin(), entered.end());
    if (!is_aside(device)) return;
    for (const Entered& one : entered) not_everybodys_.insert(one.value);
    Kept& kept = aside_.at(device.name());
    kept.insert(kept.end(), entered.begin(), entered.end());
}

void Fleet::edit(SimulatedDevice& device, const core::RecordId& item) {
    std::vector<Entered> entered;
    core::ItemPatch patch;
    const std::size_t field = random_.below(5);
    const std::string value = new_value(&item, entered);
    if (field == 0) patch.title = value;
    if (field == 1) patch.username = value;
    if (field == 2) patch.password = secret(value);
    if (field == 3) patch.notes = secret(value);
    if (field == 4) {
        const auto present = device.vault().item(item);
        patch.tags = present ? present->tags : std::vector<std::string>();
        if (!patch.tags->empty() && random_.coin()) patch.tags->erase(patch.tags->begin());
        patch.tags->push_back(value);
    }
    if (crashed(device, [&] {
            if (!device.vault().edit(item, patch)) entered.clear();
        })) {
        return;
    }
    say(device,
        "edits " + item.text().substr(0, 4) + " field " + std::to_string(field) + " " + value);
    enter(device, entered);
}

void Fleet::attach(SimulatedDevice& device, const core::RecordId& item) {
    const std::string content = "content " + std::to_string(++values_);
    std::size_t given = 0;
    const auto read = [&](core::MutableBytes into) {
        const std::size_t size = std::min(into.size(), content.size() - given);
        std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(given), size, into.begin());
        given += size;
        return size;
    };
    crashed(device, [&] {
        if (device.vault().attach(item, "file" + std::to_string(random_.below(2)), read)) {
            say(device, "attaches to " + item.text().substr(0, 4));
        }
    });
}

void Fleet::settle_conflict(SimulatedDevice& device, const core::RecordId& item) {
    const auto conflicts = device.vault().conflicts(item);
    if (!conflicts || conflicts->empty()) return;
    const core::Conflict& one = (*conflicts)[random_.below(conflicts->size())];
    const auto keep = random_.coin() ? core::Keep::current : core::Keep::other;
    crashed(device, [&] {
        if (device.vault().resolve(item, core::field_label(one.key), keep)) {
            say(device, "settles " + item.text().substr(0, 4) + " " + core::field_label(one.key));
        }
    });
}

void Fleet::purge(SimulatedDevice& device) {
    // Half of a snapshot is no vault to be tidied up: what goes there comes anew.
    const auto membership = device.replica().membership();
    if (membership && *membership && (*membership)->stage == core::AccountStage::joining) return;
    std::vector<Purge> purges;
    for (const core::RecordId& item : items_of(device)) {
        const auto state = device.vault().state(item);
        if (state && state->trashed()) {
            purges.push_back(
                {device.name(), log_.size(), item, state->context, values_of(device, item)});
        }
    }
    // Either way the log says so: by its length a purge is known to come before a backup.
    if (crashed(device, [&] {
            if (device.vault().empty_trash()) say(device, "empties the trash");
        })) {
        say(device, "empties the trash and ends in the middle");
    }
    // Of a process that ended in the middle it is not known whether it came to pass.
    for (Purge& purge : purges) {
        // What it wrote before it was restored is covered by its later stamps, and yet unknown to
        // it.
        if (restored_.count(device.name()) != 0) purge.seen = {};
        if (!device.records().contains(purge.item)) purges_.push_back(std::move(purge));
    }
}

void Fleet::change(SimulatedDevice& device) {
    const std::vector<core::RecordId> items = items_of(device);
    const std::size_t kind = random_.below(20);
    if (items.empty() || kind < 3) return add(device);
    const Deed deed = kind < 11    ? Deed::edits
                      : kind < 13  ? Deed::attaches
                      : kind < 15  ? Deed::settles
                      : kind == 15 ? Deed::purges
                      : kind < 18  ? Deed::trashes
                                   : Deed::restores;
    change(device, deed, items[random_.below(items.size())]);
}

void Fleet::change(SimulatedDevice& device, Deed deed, const core::RecordId& item) {
    if (deed == Deed::purges) return purge(device);
    if (restored_.count(device.name()) != 0) changed_by_restored_.insert(item);
    if (deed == Deed::edits) return edit(device, item);
    if (deed == Deed::attaches) return attach(device, item);
    if (deed == Deed::settles) return settle_conflict(device, item);
    const std::string name = item.text().substr(0, 4);
    crashed(device, [&] {
        if (deed == Deed::trashes) {
            if (device.vault().put_in_trash(item)) say(device, "trashes " + name);
        } else if (device.vault().restore(item)) {
            say(device, "restores " + name);
        }
    });
}

void Fleet::perform(std::size_t device, Deed deed) {
    SimulatedDevice& one = *devices_[device];
    time_ms_ += 1000;
    if (deed == Deed::syncs) return sync(one);
    if (deed == Deed::adds) return add(one);
    const std::vector<core::RecordId> items = items_of(one);
    if (!items.empty()) change(one, deed, items.front());
}

bool Fleet::is_aside(const SimulatedDevice& device) const {
    return aside_.count(device.name()) != 0;
}

bool Fleet::holds(SimulatedDevice& device, const Entered& entered) {
    return values_of(device, entered.item).count(entered.value) != 0;
}

bool Fleet::is_elsewhere(const Entered& one) {
    return std::any_of(devices_.begin(), devices_.end(),
                       [&](const auto& other) { return !is_aside(*other) && holds(*other, one); });
}

/// What nobody else has is no more everybody's.
void Fleet::set_aside(SimulatedDevice& device) {
    say(device, "is set aside");
    Kept kept;
    std::copy_if(entered_.begin(), entered_.end(), std::back_inserter(kept),
                 [&](const Entered& one) { return holds(device, one); });
    aside_.emplace(device.name(), kept);
    // What it destroyed, and nobody has heard of that, was its own alone.
    for (const Purge& purge : purges_) {
        if (purge.device != device.name() || server_.has_removed(purge.item)) continue;
        for (const std::string& value : purge.values) {
            if (!is_elsewhere({purge.item, value})) not_everybodys_.insert(value);
        }
    }
    const auto& differences = device.records().disk.differences;
    const bool has_sent_all = std::none_of(differences.begin(), differences.end(),
                                           [](const auto& one) { return one.second.unsent; });
    if (has_sent_all && !server_restored_) return;
    for (const Entered& one : kept) {
        // What one that was removed wrote to a server from a backup is not believed.
        const bool is_doubtful =
            one.is_new && sent_away_.count(device.name()) != 0 && one.device == device.name();
        if (is_doubtful || !is_elsewhere(one)) not_everybodys_.insert(one.value);
    }
}

void Fleet::sync(SimulatedDevice& device) {
    if (is_aside(device)) return;
    const auto result = device.sync({true});
    note_slots();
    if (!result) {
        say(device, "syncs and ends in the middle");
    } else if (*result) {
        say(device, "syncs: " + std::to_string((*result)->pulled) + " pulled, " +
                        std::to_string((*result)->pushed) + " pushed, " +
                        std::to_string((*result)->merged) + " merged, at " +
                        std::to_string((*result)->revision));
    } else {
        say(device, "syncs: " + result->error().message);
        if (is_left_out(device, result->error())) return leave(device);
        const bool is_alarm = result->error().code == core::ErrorCode::integrity;
        if (is_alarm && server_restored_) return reseed(device);
        if (result->error().code != core::ErrorCode::offline) failure_ = log_.back();
    }
}

void Fleet::reseed(SimulatedDevice& device) {
    const auto result = device.reseed();
    waiting_.erase(device.name());
    if (!result) {
        say(device, "reseeds and ends in the middle");
    } else if (*result) {
        say(device, "reseeds: " + std::to_string((*result)->pushed) + " pushed, " +
                        std::to_string((*result)->merged) + " merged, at " +
                        std::to_string((*result)->revision));
    } else {
        say(device, "reseeds: " + result->error().message);
        if (is_left_out(device, result->error())) return leave(device);
        const core::ErrorCode code = result->error().code;
        const auto says = [&](const char* words) {
            return result->error().message.find(words) != std::string::npos;
        };
        if (options_.rotates_restored && says("nobody but you can say")) return set_aside(device);
        // Conflict: another device has to reseed first. Overtaken: the next reseed says what holds.
        const bool is_overtaken = says("before this one could give them back");
        if (says("before this device had them")) waiting_.insert(device.name());
        const bool is_expected = code == core::ErrorCode::offline ||
                                 code == core::ErrorCode::conflict ||
                                 (options_.members && is_overtaken);
        if (!is_expected) failure_ = log_.back();
    }
}

/// The messages that are still on their way may come to the restored one.
void Fleet::save_or_restore_server() {
    if (!server_backup_ || random_.coin()) {
        server_backup_ = {server_, slots_, replaced_slots_};
        log_.push_back("the server is saved");
        return;
    }
    server_ = server_backup_->server;
    slots_ = server_backup_->slots;
    replaced_slots_ = server_backup_->replaced_slots;
    server_restored_ = true;
    for (Entered& one : entered_) {
        const bool is_known = std::any_of(devices_.begin(), devices_.end(), [&](const auto& other) {
            return other->name() != one.device && holds(*other, one);
        });
        one.is_new = one.is_new || !is_known;
    }
    log_.push_back("the server is restored, at " + std::to_string(server_.head().n));
}

void Fleet::rotate(SimulatedDevice& device) {
    sync(device);
    if (is_aside(device)) return;
    core::RosterWish wish;
    wish.rotation = device.new_rotation();
    const auto result = device.sync({true}, wish);
    if (!result) {
        say(device, "rotates and ends in the middle");
    } else if (*result) {
        say(device, "rotates: generation " + std::to_string(device.generation()));
    } else {
        say(device, "does not rotate: " + result->error().message);
        if (is_left_out(device, result->error())) return leave(device);
        const core::ErrorCode code = result->error().code;
        const bool is_expected = code == core::ErrorCode::offline ||
                                 code == core::ErrorCode::conflict ||
                                 (code == core::ErrorCode::integrity && server_restored_);
        if (!is_expected) failure_ = log_.back();
    }
}

void Fleet::save_or_restore(SimulatedDevice& device) {
    if (is_aside(device)) return;
    const auto backup = backups_.find(device.name());
    if (backup == backups_.end() || random_.coin()) {
        backups_.insert_or_assign(device.name(), Backup{log_.size(), device.disk()});
        say(device, "is saved");
        return;
    }
    // What was entered since is kept only if it was sent.
    std::set<std::string> lost;
    for (const core::RecordId& item : items_of(device)) lost.merge(values_of(device, item));
    // So is the knowledge of what was destroyed, and with it, maybe, the last trace of it.
    std::erase_if(purges_, [&](const Purge& purge) {
        const bool is_undone = purge.device == device.name() && purge.at >= backup->second.at &&
                               !server_.has_removed(purge.item);
        if (is_undone) lost.insert(purge.values.begin(), purge.values.end());
        return is_undone;
    });
    device.put_back(backup->second.disk);
    std::erase_if(entered_, [&](const Entered& entered) {
        return lost.count(entered.value) != 0 &&
               values_of(device, entered.item).count(entered.value) == 0 &&
               std::none_of(devices_.begin(), devices_.end(), [&](const auto& other) {
                   return values_of(*other, entered.item).count(entered.value) != 0;
               });
    });
    restored_.insert(device.name());
    note_older_changes(device);
    say(device, "is restored");
}

void Fleet::note_older_changes(SimulatedDevice& device) {
    const MemoryRecords::Disk& disk = device.records().disk;
    for (const auto& [id, difference] : disk.differences) {
        const auto kept = disk.records.find(id);
        const bool is_change = difference.unsent && kept != disk.records.end();
        if (is_change && !server_.has_held(kept->second.hash)) changed_by_restored_.insert(id);
    }
}

void Fleet::step() {
    SimulatedDevice& device = *devices_[random_.below(devices_.size())];
    time_ms_ += random_.below(3) == 0 ? 0 : random_.below(100'000);
    if (random_.below(25) == 0) device.network().is_cut = !device.network().is_cut;
    if (options_.crashes && random_.below(8) == 0) {
        device.records().crash_in = random_.below(8);
    }
    if (options_.members && random_.below(8) == 0) {
        change_members(device);
        device.records().crash_in.reset();
        return;
    }
    // After the server was restored, keys that are replaced on two sides are nobody's to choose.
    const bool may_rotate = options_.rotations && (!server_restored_ || options_.rotates_restored);
    if (options_.server_restores && random_.below(15) == 0) {
        save_or_restore_server();
    } else if (options_.restores && random_.below(20) == 0) {
        save_or_restore(device);
    } else if (may_rotate && random_.below(options_.rotates_restored ? 15 : 40) == 0) {
        rotate(device);
    } else if (random_.below(3) == 0) {
        sync(device);
    } else {
        change(device);
    }
    device.records().crash_in.reset();
}

void Fleet::run() {
    for (std::size_t at = 0; at < options_.steps && failure_.empty(); ++at) step();
    if (failure_.empty()) come_to_rest();
}

/// Who waits for keys or slots that the server lost, if nobody is left who could give them back.
void Fleet::set_waiting_aside() {
    for (const auto& device : devices_) {
        if (waiting_.count(device->name()) == 0 || is_aside(*device)) continue;
        const auto account = core::require_account(device->records());
        REQUIRE(account);
        const auto roster = core::decode_roster(account->roster.bytes);
        REQUIRE(roster);
        const bool is_somewhere = std::any_of(devices_.begin(), devices_.end(), [&](auto& other) {
            return !is_aside(*other) && core::sha256(other->slots()) == roster->slots;
        });
        if (!is_somewhere) set_aside(*device);
    }
}

void Fleet::come_to_rest() {
    for (const auto& device : devices_) {
        device->network().is_cut = false;
        device->network().loses_percent = 0;
    }
    std::uint64_t head = 0;
    for (std::size_t round = 0; round < kMostRounds; ++round) {
        is_patient_ = round == 0;
        for (const auto& device : devices_) sync(*device);
        if (!failure_.empty()) return;
        if (server_.head().n == head && round > 1) return set_waiting_aside();
        head = server_.head().n;
    }
    failure_ = "the devices do not come to rest";
}

}  // namespace sparekey::tests
