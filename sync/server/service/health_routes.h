// Whether the process lives, whether it can serve, and which version it is.
#pragma once

#include "sync/server/http/router.h"
#include "sync/server/store/store.h"

namespace sparekey::sync {

std::vector<Route> health_routes(Store& store);
/// Of all of these: a probe names the server by its address.
std::vector<std::string> health_paths();

}  // namespace sparekey::sync
