// What every process of ours does to itself before anything else, and how it undoes that for a
// program that takes its place: limits, umask, signals and standard streams are then as the caller
// gave them.
#pragma once

namespace sparekey::cli {

/// No core dump, no tracing by the same user, no file that others can read, no death by a closed
/// pipe, and three standard streams that are open. Called once, first in main().
void harden_process();

/// Just before execve(), which makes the process dumpable again by itself.
void give_back_process();

}  // namespace sparekey::cli
