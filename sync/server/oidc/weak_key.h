// RSA keys that are long enough and weak all the same.
#pragma once

#include "core/crypto/rsa.h"

namespace sparekey::sync {

/// Whether the modulus was made by Infineon's generator (CVE-2017-15361), by the fingerprint of
/// Nemec and others, "The Return of Coppersmith's Attack" (2017), section 3: it is a power of 65537
/// modulo each small prime. A sound key is taken for one with a chance of less than 2^-27.
bool has_roca_fingerprint(const core::RsaPublicKey& key);

}  // namespace sparekey::sync
