#include "sync/server/service/health_routes.h"

#include "sync/server/accounts/json_answers.h"

namespace sparekey::sync {
namespace {

Route health(const char* pattern, Work work, std::function<Response()> answer) {
    return route<Anyone>(RouteFacts{Method::get, pattern, "anyone", work, Rate::cheap, 0}, anyone(),
                         [answer = std::move(answer)](const Request&, const PathValues&,
                                                      const Anyone&) { return answer(); });
}

}  // namespace

std::vector<std::string> health_paths() {
    return {"/livez", "/readyz", "/healthz", "/version"};
}

std::vector<Route> health_routes(Store& store) {
    const auto alive = [] { return json_answer({{"status", "ok"}}); };
    // Throws StoreUnavailable, which is answered with 503.
    const auto ready = [&store] {
        store.ping();
        return json_answer({{"status", "ok"}});
    };
    const auto version = [] { return json_answer({{"version", SPAREKEY_VERSION}}); };
    return {health("/livez", Work::quick, alive), health("/readyz", Work::store, ready),
            health("/healthz", Work::store, ready), health("/version", Work::quick, version)};
}

}  // namespace sparekey::sync
