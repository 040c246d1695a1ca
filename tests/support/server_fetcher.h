// A Fetcher that hands requests to an AccountServer's handlers, without a socket, and on the way
// back lets the test change what was answered.
#pragma once

#include "sync/http_client/fetcher.h"
#include "tests/support/account_server.h"

#include <functional>

namespace sparekey::tests {

class ServerFetcher final : public sync::Fetcher {
  public:
    explicit ServerFetcher(AccountServer& server) : server_(server) {}
    core::Result<sync::FetchResponse> fetch(const sync::FetchRequest& request) override;

    /// What the next answers become; none: they stay as they are.
    std::function<core::Result<sync::FetchResponse>(const sync::FetchRequest&, sync::FetchResponse)>
        on_answer;
    std::vector<std::string> asked;   // "POST /path?query", in their order
    std::vector<std::size_t> bounds;  // how large each answer might have been

  private:
    AccountServer& server_;
};

}  // namespace sparekey::tests
