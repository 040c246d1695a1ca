// A command that goes on while a test does something else: its lines as they come, its input as it
// is typed.
#pragma once

#include "tests/support/program.h"

#include <optional>

namespace sparekey::tests {

class RunningCommand {
  public:
    RunningCommand(const Home& home, std::vector<std::string> arguments,
                   const std::string& program = program_path());
    /// Ends it, if it still runs.
    ~RunningCommand();
    RunningCommand(const RunningCommand&) = delete;
    RunningCommand& operator=(const RunningCommand&) = delete;

    /// The next line of stdout, without its end; nothing when there is none any more. Throws
    /// std::runtime_error after a minute.
    std::optional<std::string> line();
    void type(const std::string& text);
    /// Once it handles SIGINT itself.
    void interrupt();
    /// SIGKILL; false if it had ended before.
    bool kill();
    /// What it printed from here on, once it has ended.
    Outcome finish();

  private:
    bool read_more(int descriptor, std::string& into);

    int process_ = -1;
    int input_ = -1;
    int output_ = -1;
    int errors_ = -1;
    std::string pending_;
};

}  // namespace sparekey::tests
