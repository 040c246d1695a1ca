// What SQLite and SQLCipher allocate in this process, pages and rows in the clear among it, comes
// from one LockedHeap.
#pragma once

#include "storage/sqlite/locked_heap.h"

namespace sparekey::storage {

/// Before SQLite is first used; later calls change nothing. Throws core::SystemFailure if something
/// else has used it before.
void use_locked_heap();

/// SQLCipher unlocks the memory of its keys when it frees it, and whole pages with it, which other
/// blocks share: to be called whenever a connection has been keyed, closed or checked as a whole.
void lock_heap_again();

/// Nothing before use_locked_heap().
LockedHeap::Sizes heap_sizes();

}  // namespace sparekey::storage
