// How large what a device and a server say to each other may be (DESIGN section 6), in bytes.
#pragma once

#include "core/chain/commit.h"
#include "core/vault/seal.h"

namespace sparekey::sync {

/// The body of a push: a commit, its blobs and, with a roster, slots and keyring.
inline constexpr std::size_t kLargestPush = std::size_t{4} << 20;
/// A page of a pull or a snapshot. A server fills it up to kPageTarget; one commit more may fit.
inline constexpr std::size_t kLargestPage = std::size_t{8} << 20;
inline constexpr std::size_t kPageTarget = std::size_t{2} << 20;
inline constexpr std::size_t kMostCommitsAPage = 10'000;
inline constexpr std::size_t kMostBlobsAPage = 20'000;

inline constexpr std::size_t kLargestSlots = std::size_t{64} << 10;
inline constexpr std::size_t kLargestKeyring = std::size_t{1} << 20;  // sealed
inline constexpr std::size_t kLargestOpened = std::size_t{2} << 20;  // the body of an OpenedAccount

}  // namespace sparekey::sync
