#include "sync/server/oidc/algorithm.h"

#include <algorithm>
#include <utility>

namespace sparekey::sync {

std::optional<Algorithm> algorithm_of(std::string_view name) {
    static constexpr std::pair<std::string_view, Algorithm> kNames[] = {
        {"RS256", Algorithm::rs256}, {"PS256", Algorithm::ps256}, {"ES256", Algorithm::es256},
        {"ES384", Algorithm::es384}, {"EdDSA", Algorithm::eddsa},
    };
    for (const auto& [known, algorithm] : kNames) {
        if (known == name) return algorithm;
    }
    return std::nullopt;
}

bool contains(const Algorithms& algorithms, Algorithm wanted) {
    return std::find(algorithms.begin(), algorithms.end(), wanted) != algorithms.end();
}

}  // namespace sparekey::sync
