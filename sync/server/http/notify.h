// What the service manager is told (sd_notify(3)).
#pragma once

#include <string_view>

namespace sparekey::sync {

/// Such as "READY=1" or "STOPPING=1", to $NOTIFY_SOCKET; nothing without one. True if it was sent.
bool notify_service_manager(std::string_view state);

}  // namespace sparekey::sync
