// The real `sparekey` on a terminal of its own: what it shows, what is typed, whether it echoes.
#pragma once

#include "tests/support/program.h"

#include <string>
#include <string_view>
#include <vector>

namespace sparekey::tests {

class PseudoTerminal {
  public:
    /// Starts the program with `arguments` in `home`, all three streams on the terminal.
    PseudoTerminal(const Home& home, const std::vector<std::string>& arguments,
                   unsigned short columns = 80, const std::string& program = program_path());
    ~PseudoTerminal();
    PseudoTerminal(const PseudoTerminal&) = delete;
    PseudoTerminal& operator=(const PseudoTerminal&) = delete;

    /// Reads until `text` has been shown after what earlier calls waited for; false after ten
    /// seconds or at the program's end.
    bool wait_for(std::string_view text);
    void type(std::string_view keys);
    void signal(int number);
    bool echoes() const;
    /// Waits for the end; the exit code, or 128 + the signal.
    int finish();
    /// Everything that was shown so far.
    const std::string& shown() const { return shown_; }

  private:
    bool read_more(int patience_ms);

    int child_ = -1;
    int terminal_ = -1;
    std::string shown_;
    std::size_t seen_ = 0;
};

}  // namespace sparekey::tests
