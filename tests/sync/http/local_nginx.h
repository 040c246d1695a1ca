// Debian's nginx on a loopback port, in front of a server, with a configuration of its own.
#pragma once

#include "tests/support/program.h"

#include <sys/types.h>

#include <string>

namespace sparekey::tests {

class LocalNginx {
  public:
    /// Passes everything on to `upstream`, as docs/ say a proxy is to be set up.
    LocalNginx(const Home& home, const std::string& upstream);
    ~LocalNginx();
    LocalNginx(const LocalNginx&) = delete;
    LocalNginx& operator=(const LocalNginx&) = delete;

    const std::string& where() const { return where_; }
    /// Why it does not run; empty if it does.
    const std::string& reason() const { return reason_; }

  private:
    std::string where_;
    std::string reason_;
    pid_t process_ = -1;
};

}  // namespace sparekey::tests
