// A real sshd on loopback, as the test's own user, for a test's keys.
#pragma once

#include "tests/support/program.h"

namespace sparekey::tests {

/// Of `sh -c command`, in an empty environment but PATH.
Outcome run_shell(const std::string& command);

class LocalSshd {
  public:
    /// `authorized` is the text of authorized_keys.
    LocalSshd(const Home& home, const std::string& authorized);
    ~LocalSshd();
    LocalSshd(const LocalSshd&) = delete;
    LocalSshd& operator=(const LocalSshd&) = delete;

    /// Why there is none on this machine; empty if there is.
    const std::string& reason() const { return reason_; }
    /// `ssh` to it, without this machine's own settings and keys.
    std::string client(const std::string& options) const;

  private:
    const Home& home_;
    std::string reason_;
    int port_ = 0;
    int process_ = -1;
};

}  // namespace sparekey::tests
