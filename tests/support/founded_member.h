// A founded account, its one device, and that device's connection to a server whose answers a test
// may change.
#pragma once

#include "sync/client/member_connection.h"
#include "tests/support/chain_client.h"
#include "tests/support/server_fetcher.h"

namespace sparekey::tests {

struct FoundedMember {
    FoundedMember() { client.found(); }

    /// Every answer from now on is this one.
    void answer(unsigned status, std::string type, std::string body) {
        fetcher.on_answer = [=](const sync::FetchRequest&, sync::FetchResponse) {
            return core::Result<sync::FetchResponse>({status, {{"content-type", type}}, body});
        };
    }
    /// `from` in every answer is `to` from now on.
    void replace(std::string from, std::string to) {
        fetcher.on_answer = [=](const sync::FetchRequest&, sync::FetchResponse answer) {
            const auto at = answer.body.find(from);
            if (at != std::string::npos) answer.body.replace(at, from.size(), to);
            return core::Result<sync::FetchResponse>(std::move(answer));
        };
    }

    AccountServer server;
    ChainClient client{server};
    ServerFetcher fetcher{server};
    int assertions = 0;
    sync::ServerConnection http{fetcher, {server.settings.origin, sync::AddressRule::any}};
    sync::MemberConnection connection{http, [this] {
                                          ++assertions;
                                          return core::Result(client.assertion(client.first));
                                      }};
};

}  // namespace sparekey::tests
