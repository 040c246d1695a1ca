// Passwords, passphrases and PINs from a Random, without modulo bias.
//
// SPEC (INTERFACE, "Generators"): LENGTH[,CLASSES] | words:N | pin:N, where CLASSES is any choice
// of lower+upper+digits+symbols, or =characters. A password that is long enough holds at least one
// character of each chosen class: whole passwords are drawn until one does, so that all that do are
// equally likely.
#pragma once

#include "core/base/result.h"
#include "core/ports/random.h"
#include "core/secret/secret_bytes.h"

#include <string>
#include <vector>

namespace sparekey::core {

inline constexpr std::string_view kDefaultGenerateSpec = "20";

struct GenerateSpec {
    enum class Kind { characters, words };
    Kind kind = Kind::characters;
    std::size_t length = 20;  // characters (1…1024), digits (3…64) or words (1…64)
    /// Each class is a set of distinct code points as UTF-8; an alphabet of one's own is one class.
    std::vector<std::vector<std::string>> classes;
};

/// ErrorCode::usage for anything that is not a SPEC.
Result<GenerateSpec> parse_generate_spec(std::string_view text);

SecretText generate(const GenerateSpec& spec, Random& random);

/// log2 of the number of equally likely results.
double entropy_bits(const GenerateSpec& spec);

/// Uniform in 0 … bound−1 (bound ≥ 1), by rejection.
std::uint32_t uniform_below(std::uint32_t bound, Random& random);

}  // namespace sparekey::core
