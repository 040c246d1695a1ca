// Whether the process lives, whether it can serve, and which version it is.
#pragma once

#include "sync/server/http/router.h"
#include "sync/server/store/store.h"

namespace sparekey::sync {

std::vector<Route> health_routes(Store& store);

}  // namespace sparekey::sync
