#include "tests/sync/service/busy_device.h"

#include "tests/support/agent_peer.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>
#include <signal.h>

#include <algorithm>

namespace sparekey::tests {
namespace {

constexpr int kKilled = 128 + SIGKILL;

std::string socket_of(const Home& home) {
    return home.runtime_folder() + "/agent.sock";
}

/// An edit under which the agent dies is not acknowledged: 1, or 5 where there is none to ask.
bool edit_may_end_with(int status) {
    return status == 0 || status == 1 || status == 5;
}

/// Beside those, a sync has a server that may be gone: 7.
bool sync_may_end_with(int status) {
    return edit_may_end_with(status) || status == 7;
}

}  // namespace

BusyDevice::BusyDevice(const Home& home, std::string name, std::string code)
    : home_(home), name_(std::move(name)), code_(std::move(code)) {
    come_back();
}

BusyDevice::~BusyDevice() {
    editing_.reset();
    syncing_.reset();
    home_.run_bare({"agent", "--stop"});
}

void BusyDevice::begin_edit(SeededRandom& random, const std::vector<std::string>& titles) {
    edit_ = Edit{{}, name_ + "-" + std::to_string(++edits_)};
    std::string verb = "edit";
    if (random.below(10) == 0) {
        verb = "add";
        edit_->title = "New " + edit_->value;
    } else {
        edit_->title = titles[random.below(titles.size())];
    }
    editing_.emplace(home_,
                     std::vector<std::string>{verb, edit_->title, "--username", edit_->value});
}

void BusyDevice::begin_sync() {
    killed_ = false;
    syncing_.emplace(home_, std::vector<std::string>{"sync", "--json"});
}

void BusyDevice::finish_edit() {
    if (!editing_) return;
    const Outcome edited = editing_->finish();
    editing_.reset();
    INFO(name_ << ": the edit: " << edited.status << " " << edited.err);
    REQUIRE(edit_may_end_with(edited.status));
    if (edited.status == 0) acknowledged_.push_back(*edit_);
}

void BusyDevice::finish() {
    finish_edit();
    if (!syncing_) return;
    const Outcome synced = syncing_->finish();
    syncing_.reset();
    INFO(name_ << ": the sync: " << synced.status << " " << synced.err);
    REQUIRE((sync_may_end_with(synced.status) || (killed_ && synced.status == kKilled)));
}

bool BusyDevice::kill_sync() {
    const bool killed = syncing_ && syncing_->kill();
    killed_ = killed_ || killed;
    return killed;
}

bool BusyDevice::kill_agent() {
    const AgentPeer peer(socket_of(home_));
    const bool killed = peer.connected() && ::kill(peer.process(), SIGKILL) == 0;
    locked_ = locked_ || killed;
    return killed;
}

bool BusyDevice::kill_worker() {
    const AgentPeer peer(socket_of(home_));
    if (!peer.connected()) return false;
    const auto workers = workers_of(peer.process());
    const bool killed = !workers.empty() && ::kill(workers.front(), SIGKILL) == 0;
    locked_ = locked_ || killed;
    return killed;
}

void BusyDevice::come_back() {
    if (!locked_) return;
    const Outcome unlocked = home_.run_bare({"unlock", "--recovery-file", code_});
    INFO(name_ << ": " << unlocked.err);
    REQUIRE(unlocked.status == 0);
    locked_ = false;
}

bool BusyDevice::sync() const {
    const Outcome synced = home_.run_bare({"sync", "--json"});
    UNSCOPED_INFO(name_ << ": " << synced.status << " " << synced.out << synced.err);
    return synced.status == 0;
}

std::string BusyDevice::picture() const {
    const std::string status = home_.run_bare({"status", "--json"}).out;
    const std::string exported =
        home_.run_bare({"export", "--json", "--yes", "--recovery-file", code_}).out;
    auto items = boost::json::parse(exported).at("items").as_array();
    // Each device lists them as they came to it.
    std::sort(items.begin(), items.end(), [](const auto& one, const auto& other) {
        return one.at("id").as_string() < other.at("id").as_string();
    });
    return boost::json::serialize(items) + "\n" + json_text(status, "head");
}

bool BusyDevice::holds(const std::string& picture, const Edit& edit) {
    return has(picture, "\"" + edit.value + "\"");
}

}  // namespace sparekey::tests
