// A pinentry: the program of GnuPG's family that asks a person for a secret, in a window or on the
// terminal (pinentry manual, "Protocol"). Spoken with over pipes, one program a dialogue.
//
// It is another's program: what it says is bounded and checked, and it is not waited for for ever.
// Cancelling is ErrorCode::interrupted; a pinentry that fails, ends or talks nonsense is
// ErrorCode::locked, since nothing was given that opens the vault.
#pragma once

#include "cli/programs/child.h"
#include "cli/terminal/held_signals.h"

#include <termios.h>

namespace sparekey::cli {

struct PinentryQuestion {
    std::string description;     // what it is about
    std::string prompt;          // beside the box
    std::string complaint = {};  // why it is asked again
};

struct PinentryPatience {
    std::chrono::milliseconds answer{20'000};   // to what needs no person
    std::chrono::milliseconds person{300'000};  // to the question itself
};

/// The terminal's settings, put back at the end whatever a pinentry that was ended left behind.
class KeptTerminal {
  public:
    KeptTerminal();
    ~KeptTerminal();
    KeptTerminal(const KeptTerminal&) = delete;
    KeptTerminal& operator=(const KeptTerminal&) = delete;

  private:
    storage::File terminal_;
    struct termios attributes_ {};
    bool known_ = false;
};

class Pinentry {
  public:
    /// It starts with the first question. While the object lives, signals wait.
    explicit Pinentry(std::string program, const PinentryPatience& patience = {});

    core::Result<core::SecretText> ask_secret(const PinentryQuestion& question);
    core::Result<bool> ask_yes(const std::string& question);

  private:
    struct Answer {
        std::uint32_t error = 0;  // GnuPG's number; 0: OK
        core::SecretText data;
    };
    core::Result<void> start();
    core::Result<void> tell(std::string_view command, std::string_view text);
    core::Result<Answer> say(std::string_view line, std::chrono::milliseconds patience);
    core::Result<Answer> listen(Deadline deadline);
    core::Result<core::SecretText> read_line(Deadline deadline);
    core::Unexpected failed(const std::string& why) const;
    core::Unexpected ended() const;

    std::string program_;
    PinentryPatience patience_;
    // In this order: the program ends, the terminal is as before, then signals are acted on.
    HeldSignals signals_;
    KeptTerminal terminal_;
    std::optional<Child> child_;
    core::SecretBytes pending_;  // read, up to `filled_`, and not a whole line yet
    std::size_t filled_ = 0;
};

}  // namespace sparekey::cli
