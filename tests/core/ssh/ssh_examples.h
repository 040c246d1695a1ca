// One SSH key of each kind, made once a test program.
#pragma once

#include "core/ssh/private_key.h"
#include "tests/support/seeded_random.h"

#include <vector>

namespace sparekey::tests {

/// In the order of SshKeyKind; RSA has 2048 bits.
inline const std::vector<core::SshPrivateKey>& example_keys() {
    static const std::vector<core::SshPrivateKey> keys = [] {
        SeededRandom random;
        std::vector<core::SshPrivateKey> made;
        using Kind = core::SshKeyKind;
        for (const Kind kind :
             {Kind::ed25519, Kind::ecdsa_p256, Kind::ecdsa_p384, Kind::ecdsa_p521, Kind::rsa}) {
            made.push_back(core::SshPrivateKey::generate(kind, random, 2048));
        }
        return made;
    }();
    return keys;
}

inline const core::SshPrivateKey& example_key(core::SshKeyKind kind) {
    return example_keys()[static_cast<std::size_t>(kind)];
}

inline core::SecretBytes wire_of(const core::SshPrivateKey& key) {
    core::WireWriter writer;
    key.write(writer);
    return std::move(writer).take();
}

}  // namespace sparekey::tests
