#include "cli/online/browser.h"

#include <cstdlib>

namespace sparekey::cli::online {
namespace {

constexpr const char* kOpener = "xdg-open";

bool is_set(const char* variable) {
    const char* const value = std::getenv(variable);
    return value != nullptr && *value != 0;
}

}  // namespace

bool can_open_browser() {
    return (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")) && !find_program(kOpener).empty();
}

core::Result<Child> open_browser(const std::string& url) {
    return Child::start({kOpener, url}, Stream::nothing, Stream::nothing);
}

}  // namespace sparekey::cli::online
