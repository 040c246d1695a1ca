// What a listener serves, and to whom: the routes, the names, the proxies it believes.
#pragma once

#include "sync/server/http/address.h"
#include "sync/server/http/gate.h"
#include "sync/server/http/problem.h"
#include "sync/server/http/response_writer.h"
#include "sync/server/http/router.h"

namespace sparekey::sync {

/// What a handler threw; a SystemFailure of the store is worth another try (503).
using FailureAnswer = std::function<Trouble(const core::SystemFailure&)>;
/// How a path says it: to programs or to people.
using TroubleAnswer = std::function<Response(std::string_view path, const Trouble&)>;

struct Site {
    Router router;
    GateRules gate;
    std::vector<Network> trusted_proxies;
    bool trusts_unix_socket = false;  // a Unix socket is a proxy's
    DefaultHeaders headers;
    FailureAnswer failure;     // empty: 500
    TroubleAnswer words = {};  // empty: in_words_of()

    bool trusts(const std::optional<Address>& peer) const {
        if (!peer) return trusts_unix_socket;
        for (const auto& network : trusted_proxies) {
            if (network.holds(*peer)) return true;
        }
        return false;
    }
};

}  // namespace sparekey::sync
