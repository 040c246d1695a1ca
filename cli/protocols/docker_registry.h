// Container registries: which addresses mean the same one.
#pragma once

#include "cli/protocols/web_address.h"

namespace sparekey::cli {

/// Without the path by which its root goes ("v1", "v2"), and by one name where it has several:
/// `docker login`, the engine, BuildKit and Compose call Docker's Hub by four.
WebAddress registry_of(WebAddress address);

/// A text that the URL of every item for that registry has in it.
std::string_view registry_search(const WebAddress& registry);

}  // namespace sparekey::cli
