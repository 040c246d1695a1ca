// The terminal while the finder has it: no echo, key by key, on the alternate screen. Everything is
// put back, and what was shown is erased, on every way out.
//
// Signals wait meanwhile and are told as events, so that the terminal can be put back before one is
// acted on. The few sequences that are sent (ECMA-48; alternate screen and cursor as xterm has
// them) are those that every terminal of the last decades knows: docs/decisions/0008.
#pragma once

#include "core/secret/secret_bytes.h"
#include "storage/folder/files.h"

#include <termios.h>

#include <csignal>
#include <optional>
#include <string>

namespace sparekey::cli::finder {

struct Size {
    std::size_t columns = 80;
    std::size_t rows = 24;

    friend bool operator==(const Size&, const Size&) = default;
};

struct Event {
    enum class Kind { keys, late, resized, stopped, resumed, closed, ended };
    Kind kind = Kind::late;
    std::string bytes = {};  // of keys
};

class Screen {
  public:
    /// Standard input and output are a terminal that can do what is needed.
    static bool is_possible();
    static bool is_dumb();

    Screen();
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    Size size() const;
    /// Writes it as it is; false if the terminal is gone.
    bool show(const core::SecretText& frame);
    /// The next thing that happens; Kind::late after `patience_ms` (-1: for ever), Kind::closed
    /// when `descriptor` (-1: none) can be read.
    Event wait(int patience_ms, int descriptor);
    /// Gives the terminal back, stands still as Ctrl-Z wants it, and takes the terminal again.
    void stand_still();
    /// After somebody else stopped and continued this process: it may be as they left it.
    void take_again() { enter(); }

  private:
    void enter();
    void leave();

    storage::File signals_;
    sigset_t mask_{};
    struct termios attributes_ {};
    bool entered_ = false;
};

}  // namespace sparekey::cli::finder
