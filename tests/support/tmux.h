// The real `sparekey` in a terminal that draws: tmux on a socket of its own, so that a test sees
// the screen as a person does.
#pragma once

#include "tests/support/program.h"

#include <string>
#include <vector>

namespace sparekey::tests {

class Tmux {
  public:
    /// Runs the program with `arguments` in the home's environment, in a window of that size. When
    /// it ends, the screen shows "exit STATUS".
    Tmux(const Home& home, const std::vector<std::string>& arguments, int columns, int rows);
    ~Tmux();
    Tmux(const Tmux&) = delete;
    Tmux& operator=(const Tmux&) = delete;

    static bool is_there();
    /// Keys by tmux's names ("Enter", "C-n", "BSpace"), or text with `type`.
    void press(const std::string& key);
    void type(const std::string& text);
    void resize(int columns, int rows);
    /// Until the screen shows it; false after twenty seconds.
    bool wait_for(const std::string& text);
    bool wait_until_gone(const std::string& text);
    std::string screen() const;

  private:
    std::string run(std::vector<std::string> arguments) const;

    std::string socket_;
};

}  // namespace sparekey::tests
