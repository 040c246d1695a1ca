// What can go wrong for a correct program on a healthy machine, as a value.
//
// The code says what to do next; it is also the process's exit code and the `code` of an error in
// JSON (INTERFACE: "Exit codes"). `message` says what happened and `hint` what mends it; neither
// ever holds a secret. What a healthy machine never meets (disk I/O, no entropy) is SystemFailure.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::core {

enum class ErrorCode {
    failed,       // exit 1: everything that has no better code
    usage,        // exit 2: the input is refused; saying it again will not help
    not_found,    // exit 3
    ambiguous,    // exit 4: several equally good matches, listed in `candidates`
    locked,       // exit 5: wrong or missing password, key file, recovery code
    refused,      // exit 5: the server said no
    conflict,     // exit 6: a precondition does not hold
    offline,      // exit 7: the server is away or answers nonsense
    integrity,    // exit 8: tampered, rolled back, corrupt or not ours; nothing was changed
    interrupted,  // exit 130
};

/// One of several equally good matches of a query.
struct Candidate {
    std::string id;
    std::string title;
    std::string username;
};

struct Error {
    ErrorCode code = ErrorCode::failed;
    std::string message;
    std::string hint = {};
    std::vector<Candidate> candidates = {};
};

/// The process exit code that belongs to `code`, 1…130.
int exit_code(ErrorCode code);

/// The word that stands for `code` in JSON, such as "not_found".
std::string_view code_name(ErrorCode code);

/// What a correct program on a healthy machine does not meet: a failing disk, no entropy, no
/// memory. Thrown where it happens, caught once at the border of a command or a session.
class SystemFailure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace sparekey::core
