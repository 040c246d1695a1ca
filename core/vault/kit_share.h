// Shares of the Emergency Kit's recovery code: each a text for paper, any `threshold` of which give
// the code back, while fewer say nothing about it.
//
// KS-XXXXX-…: eleven groups of five (core/text/bech32.h): a version, the number of its set, the
// threshold, its own number, its part of the secret, a checksum. docs/FORMAT.md has the bits. What
// is shared is the code, ten bits of the vault's id and a check of both, so a wrong share is
// noticed although nobody could see it in the share itself.
#pragma once

#include "core/base/result.h"
#include "core/crypto/shamir.h"
#include "core/ports/random.h"

#include <array>
#include <string>
#include <vector>

namespace sparekey::core {

inline constexpr std::uint8_t kMostShares = 255;

struct KitShare {
    std::array<std::uint8_t, 3> set{};  // random, the same in all shares of one splitting
    std::uint8_t threshold = 0;         // 2…255
    ShamirShare share;
};

/// ErrorCode::usage, saying why, unless 2 ≤ threshold ≤ count.
Result<void> check_split(std::uint8_t threshold, std::uint8_t count);
/// `vault_hint` is less than 1024, or no one can combine them. `code` is the 20 bytes of a recovery
/// code; SystemFailure if check_split() says no.
std::vector<KitShare> split_recovery_code(std::uint16_t vault_hint, ByteView code,
                                          std::uint8_t threshold, std::uint8_t count,
                                          Random& random);

SecretText kit_share_text(const KitShare& share);
/// ErrorCode::usage for what is not well-formed, saying what kind of slip it looks like.
Result<KitShare> parse_kit_share(std::string_view text);

/// Six digits that tell one set from another, for people.
std::string kit_set_name(const KitShare& share);

/// Shares as they come in, one after the other.
class KitShares {
  public:
    /// `name` says which one it is to the person, such as "line 3". ErrorCode::locked, naming it,
    /// for a share of another set than the first, and for one that is there already.
    Result<void> add(KitShare share, std::string name);
    std::size_t size() const { return shares_.size(); }
    /// How many are missing; SIZE_MAX before the first.
    std::size_t missing() const;
    /// The recovery code as text. ErrorCode::locked for too few, and if they do not fit together,
    /// naming the wrong one where there is one more share than the threshold.
    Result<SecretText> combine() const;

  private:
    struct Named {
        KitShare share;
        std::string name;
    };
    Unexpected too_few() const;
    /// As many as the threshold.
    std::vector<const KitShare*> first_ones() const;
    /// Nothing if none can be told.
    const Named* wrong_one(bool first_ones_fit) const;

    std::vector<Named> shares_;
};

}  // namespace sparekey::core
