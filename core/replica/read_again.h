// What an older program could not read. Private to core/replica.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

/// Once for each generation of schemas that a program of ours knows, when a sync asks what it is to
/// push, which each does before anything else: the records that were kept although they did not
/// open are looked at again, and those that now open are what they say, with their place in the
/// search index. Of the account nothing changes.
Result<void> read_again(const ReplicaContext& context);

}  // namespace sparekey::core
