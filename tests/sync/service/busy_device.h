// A device that edits and syncs while things are killed under it, and remembers what it was told
// has been done.
#pragma once

#include "tests/support/running_command.h"
#include "tests/support/seeded_random.h"
#include "tests/sync/service/landscape.h"

#include <optional>

namespace sparekey::tests {

struct Edit {
    std::string title;
    std::string value;  // of the user name; no other edit has it
};

class BusyDevice {
  public:
    /// Every value that it writes begins with `name`. The home's agent holds the vault open from
    /// now on, by the recovery code in the file `code`, which costs no key derivation.
    BusyDevice(const Home& home, std::string name, std::string code);
    ~BusyDevice();
    BusyDevice(const BusyDevice&) = delete;
    BusyDevice& operator=(const BusyDevice&) = delete;

    const Home& home() const { return home_; }
    /// The edits that ended with 0.
    const std::vector<Edit>& acknowledged() const { return acknowledged_; }

    /// An edit of one of `titles`, or now and then a new item.
    void begin_edit(SeededRandom& random, const std::vector<std::string>& titles);
    void begin_sync();
    void finish_edit();
    /// Until both are over; requires that they ended as docs/INTERFACE.md lets them, and never with
    /// an alarm.
    void finish();

    /// SIGKILL to what runs; false if it does not run (any more).
    bool kill_sync();
    bool kill_agent();
    bool kill_worker();

    /// Opens the vault by an agent again, if the one that did was killed.
    void come_back();
    /// A sync that has to do it all; true if it was.
    bool sync() const;
    /// All that the device has, without what is of the device itself: equal on two that are equal.
    std::string picture() const;
    /// Of an edit that was acknowledged anywhere.
    static bool holds(const std::string& picture, const Edit& edit);

  private:
    const Home& home_;
    std::string name_;
    std::string code_;
    std::size_t edits_ = 0;
    std::optional<Edit> edit_;
    std::optional<RunningCommand> editing_;
    std::optional<RunningCommand> syncing_;
    bool killed_ = false;  // the sync
    bool locked_ = true;   // since what held the vault open was killed
    std::vector<Edit> acknowledged_;
};

}  // namespace sparekey::tests
