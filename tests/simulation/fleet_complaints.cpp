// What must hold of a fleet at rest, whatever it did (tests/simulation/fleet.h).
#include "tests/simulation/fleet.h"

#include <algorithm>

namespace sparekey::tests {

std::set<std::string> Fleet::values_of(SimulatedDevice& device, const core::RecordId& item) {
    std::set<std::string> values;
    const auto state = device.vault().state(item);
    if (!state) return values;
    for (const core::Field& field : state->fields) {
        for (const core::Dot& dot : field.dots) {
            values.emplace(dot.value.text.expose());
            values.insert(field.key.name);
        }
    }
    const auto history = device.vault().history(item);
    if (!history) return values;
    for (const core::HistoryLine& line : *history) {
        values.emplace(core::history_text(line.entry));
        values.emplace(line.entry.dot.value.text.expose());
    }
    return values;
}

std::string Fleet::equality_complaint() {
    const auto in_account = std::find_if(devices_.begin(), devices_.end(),
                                         [&](const auto& one) { return !is_aside(*one); });
    if (in_account == devices_.end()) return {};
    const auto& first = (*in_account)->records().disk.records;
    for (const auto& device : devices_) {
        if (is_aside(*device)) continue;
        if (device->generation() != server_.chain().roster.generation) {
            return device->name() + " has not the account's keys";
        }
        if (device->slots() != server_.parts().slots) {
            return device->name() + " has other ways in than the account";
        }
        if (device->sealed_keyring() != server_.parts().keyring) {
            return device->name() + " has another keyring than the account";
        }
        const auto& disk = device->records().disk;
        if (!disk.differences.empty()) {
            const auto& one = disk.differences.begin()->second;
            return device->name() + " still differs from the account in " + one.id.text() +
                   (one.unsent ? ", unsent" : ", awaited");
        }
        if (disk.records.size() != server_.record_count()) {
            return device->name() + " has " + std::to_string(disk.records.size()) +
                   " records, the server " + std::to_string(server_.record_count());
        }
        for (const auto& [id, kept] : disk.records) {
            const auto other = first.find(id);
            if (other == first.end() || other->second.hash != kept.hash) {
                return device->name() + " has another record " + id.text();
            }
            if (kept.record.type == core::RecordType::unreadable) {
                return device->name() + " cannot read record " + id.text();
            }
        }
    }
    return {};
}

/// By one that goes on alone, it may not have been.
bool Fleet::was_heard(const Purge& purge) const {
    return aside_.count(purge.device) == 0 || server_.has_removed(purge.item);
}

/// Of an item whose last version a removed device wrote, whoever refuses that sends what is here,
/// or that it is gone: also what others knew goes with it (decision 23, "Left").
bool Fleet::was_refused(const core::RecordId& item) const {
    return std::ranges::any_of(
        devices_, [&](const auto& device) { return device->refused().count(item) != 0; });
}

std::string Fleet::loss_complaint(SimulatedDevice& device) {
    if (is_aside(device)) {
        for (const Entered& entered : aside_.at(device.name())) {
            const bool destroyed = !device.records().contains(entered.item);
            if (destroyed || holds(device, entered)) continue;
            return device.name() + ", alone, has lost " + entered.value;
        }
        return {};
    }
    for (const Entered& entered : entered_) {
        const bool destroyed = std::any_of(purges_.begin(), purges_.end(), [&](const Purge& purge) {
            return was_heard(purge) && purge.item == entered.item &&
                   purge.values.count(entered.value) != 0;
        });
        const bool is_others = not_everybodys_.count(entered.value) != 0;
        if (destroyed || is_others || holds(device, entered) || was_refused(entered.item)) continue;
        return device.name() + " has lost " + entered.value + " of item " +
               entered.item.text().substr(0, 4);
    }
    return {};
}

std::string Fleet::attachment_complaint(SimulatedDevice& device) {
    for (const core::RecordId& item : items_of(device)) {
        const auto found = device.vault().item(item);
        if (!found) return device.name() + " cannot open " + item.text();
        for (const core::Attachment& attachment : found->attachments) {
            const auto read = device.vault().read_attachment(item, attachment, [](auto) {});
            if (!read) {
                return device.name() + " has lost " + attachment.name + " of " +
                       item.text().substr(0, 4) + ": " + read.error().message;
            }
        }
    }
    return {};
}

/// Titles and passwords are replaced here, and never removed.
std::string Fleet::blank_complaint(SimulatedDevice& device) {
    for (const core::RecordId& item : items_of(device)) {
        const auto found = device.vault().item(item);
        if (found && (found->title.empty() || found->password.expose().empty())) {
            return device.name() + " has an item without " +
                   (found->title.empty() ? "title: " : "password: ") + item.text().substr(0, 4);
        }
    }
    return {};
}

/// What was purged is back only if somebody changed it without knowing.
std::string Fleet::return_complaint(SimulatedDevice& device) {
    // What was destroyed since a backup of the server may come back with it, and who was removed
    // hears nothing more.
    if (server_restored_ || is_aside(device)) return {};
    for (const Purge& purge : purges_) {
        if (changed_by_restored_.count(purge.item) != 0) continue;
        if (!was_heard(purge)) continue;
        const auto state = device.vault().state(purge.item);
        if (state && purge.seen.covers(state->context)) {
            return "item " + purge.item.text().substr(0, 4) + " came back unchanged";
        }
    }
    return {};
}

std::size_t Fleet::file_answers() const {
    std::size_t answers = 0;
    for (const auto& device : devices_) answers += device->file_answers();
    return answers;
}

std::string Fleet::complaint() {
    if (!failure_.empty()) return failure_;
    std::string found = equality_complaint();
    if (found.empty()) found = server_.nonce_complaint();
    for (const auto& device : devices_) {
        if (found.empty()) found = loss_complaint(*device);
        if (found.empty()) found = attachment_complaint(*device);
        if (found.empty()) found = blank_complaint(*device);
        if (found.empty()) found = return_complaint(*device);
        if (found.empty()) found = device->file_complaint();
    }
    return found;
}

}  // namespace sparekey::tests
