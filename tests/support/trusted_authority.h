// A certificate authority that the programs of this test trust, and nobody else: its certificate
// takes the place of the system's, in a mount namespace of the test process.
#pragma once

#include "tests/support/program.h"

namespace sparekey::tests {

class TrustedAuthority {
  public:
    TrustedAuthority();
    ~TrustedAuthority();
    TrustedAuthority(const TrustedAuthority&) = delete;
    TrustedAuthority& operator=(const TrustedAuthority&) = delete;

    /// Why this machine gives none; empty if it does.
    const std::string& reason() const { return reason_; }

    enum class Signer { authority, itself };
    /// Another certificate for 127.0.0.1 in the same two files, valid for a day.
    void issue(Signer signer = Signer::authority) const;
    std::string certificate() const { return home_.file("server.pem"); }
    std::string key() const { return home_.file("server.key"); }
    /// Of a server's configuration; a table, so the last of its lines.
    std::string lines() const;

  private:
    void openssl(std::vector<std::string> arguments) const;

    Home home_;
    std::string reason_;
};

}  // namespace sparekey::tests
