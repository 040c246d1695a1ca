// A member device of an account at a real server, without a person: the account is put into the
// store before the server starts.
#pragma once

#include "sync/server/store/store.h"
#include "tests/support/account.h"
#include "tests/sync/service/running_server.h"

namespace sparekey::tests {

class Member {
  public:
    /// Founds an account in `store`, which nobody else holds yet.
    Member(sync::Store& store, const RunningServer& server, std::uint64_t seed);

    const core::VaultId& vault() const { return account_.head().vault; }
    /// n of its last commit, whether the server has it or not.
    std::uint64_t head() const { return account_.head().at.n; }
    /// By an assertion of the device's key.
    std::string ask_token(const RunningServer& server);
    /// The body of its next push: one of a few records, anew.
    core::Bytes next_push();

  private:
    SeededRandom random_;
    TestAccount account_;
    std::vector<core::RecordId> records_;
};

}  // namespace sparekey::tests
