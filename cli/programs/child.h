// Another program, found by PATH, with pipes to it: a pinentry, a clipboard's tool.
//
// It inherits the environment and nothing else: no descriptor of ours, no blocked or ignored
// signal. When the object goes, the pipes close and the program is given a moment to end, then made
// to.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"
#include "storage/folder/files.h"

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace sparekey::cli {

using Deadline = std::chrono::steady_clock::time_point;
inline Deadline after(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

enum class Stream { nothing, pipe };  // nothing: /dev/null
/// cut: it is in a session of its own, so that it does not end with the terminal that it came
/// from.
enum class Ties { kept, cut };

class Child {
  public:
    /// ErrorCode::failed, with the system's reason, if it cannot be started.
    static core::Result<Child> start(const std::vector<std::string>& command, Stream input,
                                     Stream output, const storage::File* errors = nullptr,
                                     Ties ties = Ties::kept);
    ~Child();
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;

    storage::File& input() { return input_; }
    storage::File& output() { return output_; }
    /// Its status as waitpid() has it; nothing if it still runs at `deadline`.
    std::optional<int> wait(Deadline deadline);

  private:
    Child() = default;
    pid_t process_ = -1;
    storage::File input_;
    storage::File output_;
};

struct Ran {
    int status = 0;           // 0…255, or 128 + the signal
    core::SecretText output;  // with Stream::pipe
    std::string complaint;    // the first line that it wrote to stderr
};

/// Runs a program from beginning to end: `input` on its stdin, at most `most_output` bytes from its
/// stdout (0: it has none). A child of its own that lives on with the streams open is not waited
/// for. ErrorCode::failed if it cannot be started, is not done in time or writes more.
core::Result<Ran> run_program(const std::vector<std::string>& command, std::string_view input,
                              std::size_t most_output, std::chrono::milliseconds time,
                              Ties ties = Ties::kept);

/// Where PATH finds `program` (a name with a slash is itself); empty if it does not.
std::string find_program(const std::string& program);

}  // namespace sparekey::cli
