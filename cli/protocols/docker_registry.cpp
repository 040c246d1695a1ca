#include "cli/protocols/docker_registry.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

/// The first is the one that `docker login` has always stored.
constexpr std::array<std::string_view, 4> kHubHosts = {
    "index.docker.io", "docker.io", "registry-1.docker.io", "registry.hub.docker.com"};
constexpr std::string_view kInEachHubHost = "docker";

bool is_hub(const WebAddress& address) {
    const bool named =
        std::find(kHubHosts.begin(), kHubHosts.end(), address.host) != kHubHosts.end();
    return named && address.scheme == "https" && address.port == 443 && address.path.empty();
}

}  // namespace

WebAddress registry_of(WebAddress address) {
    if (address.path == "v1" || address.path == "v2") address.path.clear();
    if (is_hub(address)) address.host = kHubHosts.front();
    return address;
}

std::string_view registry_search(const WebAddress& registry) {
    return is_hub(registry) ? kInEachHubHost : std::string_view(registry.host);
}

}  // namespace sparekey::cli
