#include "sync/server/oidc/weak_key.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

constexpr unsigned kPrimes[] = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

unsigned remainder(core::ByteView number, unsigned prime) {
    unsigned rest = 0;
    for (const std::uint8_t byte : number) rest = (rest * 256 + byte) % prime;
    return rest;
}

bool is_power_of_65537(unsigned value, unsigned prime) {
    unsigned power = 1;
    do {
        if (power == value) return true;
        power = power * (65537 % prime) % prime;
    } while (power != 1);
    return false;
}

}  // namespace

bool has_roca_fingerprint(const core::RsaPublicKey& key) {
    return std::all_of(std::begin(kPrimes), std::end(kPrimes), [&](unsigned prime) {
        return is_power_of_65537(remainder(key.modulus, prime), prime);
    });
}

}  // namespace sparekey::sync
