// The person: prompts without echo on /dev/tty, and standard input read line by line.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <functional>
#include <string>
#include <string_view>

namespace sparekey::cli {

class Terminal {
  public:
    /// /dev/tty can be opened and stdin or stderr is a terminal.
    bool present() const;
    /// One line without echo. Echo comes back on every way out, signals too; an interrupt is
    /// ErrorCode::interrupted. ErrorCode::locked if there is no terminal.
    /// `complaint`, if any, is a line before it: why this is asked again.
    core::Result<core::SecretText> ask_secret(std::string_view prompt,
                                              std::string_view complaint = {});
    /// As ask_twice().
    core::Result<core::SecretText> ask_new_secret(std::string_view prompt);
    /// y/N.
    core::Result<bool> ask_yes(std::string_view question);
    core::Result<std::string> ask_line(std::string_view prompt);
};

/// How often a person is asked before a command gives up.
constexpr int kTries = 3;
using AskSecret = std::function<core::Result<core::SecretText>(std::string_view prompt,
                                                               std::string_view complaint)>;
/// A new secret, twice, until both are the same and not empty; ErrorCode::usage after kTries.
core::Result<core::SecretText> ask_twice(std::string_view prompt, const AskSecret& ask_secret);

/// Standard input in wiped memory: --password-file -, --new-password-file - and --stdin share it,
/// one line after the other, the document last.
class StandardInput {
  public:
    /// Up to and without the next '\n' (a '\r' before it is dropped too). ErrorCode::usage over 64
    /// KiB or at the end of input.
    core::Result<core::SecretText> line();
    /// All that is left, at most `limit` bytes; more is ErrorCode::usage.
    core::Result<core::SecretText> rest(std::size_t limit);

  private:
    void read_more(std::size_t most);

    core::SecretBuilder pending_;
    std::size_t taken_ = 0;
    bool ended_ = false;
};

}  // namespace sparekey::cli
