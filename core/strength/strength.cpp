#include "core/strength/strength.h"

#include "core/secret/secret_bytes.h"

#include <zxcvbn.h>

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::size_t kLongest = 100;

}  // namespace

Strength estimate_strength(std::string_view password) {
    SecretBytes terminated(std::min(password.size(), kLongest) + 1);
    std::copy_n(password.begin(), terminated.size() - 1, terminated.expose_mutable().begin());
    const double bits =
        ZxcvbnMatch(reinterpret_cast<const char*>(terminated.expose().data()), nullptr, nullptr);
    if (bits < 28) return {bits, "very weak"};
    if (bits < 40) return {bits, "weak"};
    if (bits < 60) return {bits, "fair"};
    if (bits < 80) return {bits, "strong"};
    return {bits, "very strong"};
}

}  // namespace sparekey::core
