// What a listener serves, and to whom: the routes, the names, the proxies it believes.
#pragma once

#include "sync/server/http/address.h"
#include "sync/server/http/gate.h"
#include "sync/server/http/response_writer.h"
#include "sync/server/http/router.h"

namespace sparekey::sync {

/// The answer to what a handler threw; a SystemFailure of the store is worth another try (503).
using FailureAnswer = std::function<Response(const core::SystemFailure&)>;

struct Site {
    Router router;
    GateRules gate;
    std::vector<Network> trusted_proxies;
    bool trusts_unix_socket = false;  // a Unix socket is a proxy's
    DefaultHeaders headers;
    FailureAnswer failure;  // empty: 500

    bool trusts(const std::optional<Address>& peer) const {
        if (!peer) return trusts_unix_socket;
        for (const auto& network : trusted_proxies) {
            if (network.holds(*peer)) return true;
        }
        return false;
    }
};

}  // namespace sparekey::sync
