// What every process of ours does first.
#pragma once

namespace sparekey::cli {

/// No core dump, no tracing by the same user, no file that others can read, no death by a closed
/// pipe, and three standard streams that are open.
void harden_process();

}  // namespace sparekey::cli
