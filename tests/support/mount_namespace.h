// Mounts that only the test process and what it starts can see.
#pragma once

#include <string>

namespace sparekey::tests {

/// Gives this process a mount namespace of its own, the first time. Why this machine has none;
/// empty if it has.
const std::string& enter_mount_namespace();

}  // namespace sparekey::tests
