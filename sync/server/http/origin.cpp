#include "sync/server/http/origin.h"

namespace sparekey::sync {

bool is_same_origin(std::string_view origin, const Request& request) {
    const auto sent = request.header("origin");
    const auto site = request.header("sec-fetch-site");
    if (sent && *sent != origin) return false;
    return !site || *site == "same-origin" || *site == "none";
}

}  // namespace sparekey::sync
