// The signature algorithms of ID tokens that we take: none without a public key among them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sparekey::sync {

enum class Algorithm : std::uint8_t { rs256, ps256, es256, es384, eddsa };

/// As RFC 7518 and RFC 8037 spell it, to the letter.
std::optional<Algorithm> algorithm_of(std::string_view name);

using Algorithms = std::vector<Algorithm>;
bool contains(const Algorithms& algorithms, Algorithm wanted);

}  // namespace sparekey::sync
