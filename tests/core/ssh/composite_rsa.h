// An RSA key whose numbers all belong together, but p is a product of two primes: it signs nothing
// that its public key would verify.
#pragma once

#include "core/crypto/rsa.h"
#include "core/ssh/private_key.h"

namespace sparekey::tests {

inline core::RsaKey composite_rsa_key() {
    const auto number = [](const char* hex) { return *core::from_hex(hex); };
    const auto secret = [&](const char* hex) { return core::SecretBytes::copy_of(number(hex)); };
    return {{number("b24ee13c241666486246ac83afb6daf712e710f049bfbab65768f0599a90bdf68a28c4ccf3c6"
                    "fb37bb04b0e27b12e23bb5f9b0d175b567b7a6d48593b36c07f9b8e120a17469551dbb533894"
                    "c312e4de8c27ffae3b5769ccde349cadda3c4e823dca73ddbed3c87a1c8d5921e699f05d289a"
                    "15991cb4b96a7dad0acc8292b9630b4c76a2d2123d636e6283c8bac6352f5387c6e685dcd020"
                    "9c4f6a5a6636ab480fe1d6c826ad287a7c415903afe69175e9b6eae7491b78ac61b2bd752883"
                    "a4348fba4e7c7141b3d235abb9f2dd7311b92e581958c9a7b1d015fb1ca32dc414c6710215ad"
                    "8fd240fd21c58b19e344df80057b2c572fbd013063300fe4b90d230d"),
             {1, 0, 1}},
            secret("18e881f847c64545894cfc1e6d366b0226c6d68bea917900add73ff4146e71caf5e3da12135f"
                   "d18a287af046c310913fec1cd4417e62f7f924b9fd6af39e7cc2babbe0360db0052ee113300d"
                   "3feeecbfd5ee647e2f55f7b6a1b7d1c74b7c2f2f6c785295406a0f50579abb3fcc19e704ec7e"
                   "11d450b942498902da46555b2fc054fa74795958cddeaf4e489d802ed2039f2694adcc8eb27b"
                   "0b0c91e0d40d7cbc80a5a7433a89e1bdfdf2d34e10ee389e2f4319bb5aedcadb91135ea38553"
                   "8c1c3f794eaa2785ec0d94b0e6543eeb3b1e797a0b423ce20a699a1d770eae4aac04dc5012ca"
                   "524462e5801aca81e3f4a0c706acdcd2ea6a37758f72c5195a5fb261"),
            secret("ba28adcf1e59ee11964a9066e9047237aa60b8cd94483374186526f2f678f2475264abfb7b32"
                   "b0560c0173e2570918b65e40f3da6c5713b69ddc4bd01ffb2bb687c00a9e0eb6e52e2838a55c"
                   "e0ccee85bab358178d7d79e418fafecf569765425d49b2fae2db60b07cc74d7e52f69ffcac55"
                   "ea3f6748896b25ac235fc446c0a5"),
            secret("f5342f9fb95d3a8ebe08762479781a165bff5319626cbc641ac919f3b33c109536570e6ba4ee"
                   "975a383ebdd1486a38ac888b70d0d5e981cec237b4ed26890bb1cd52ee750b27f8673d8f67fe"
                   "ba965d8a2d05d96f5058a81019fefe40dba384e2b8d7c1c9e21a1ad42e32e0ab03a3518f0d50"
                   "391f7e7d4ec153fcfcdfcb552449"),
            secret("ac39971823fcb49b2359b02a388f26822d1885381e43f8a30d790ba371a6340e99bff5f3daac"
                   "48195200afb56753d04548fa01f41f023384447e19adbb650501a8c614c9ec0fd357aa4db399"
                   "d472270e4f137254303742a57653a87d03f0b608aedf2bfcf96e5e32f4ebf0d7e5a515f6c400"
                   "a45fcc0b92708a76c3a4c82c61b8")};
}

/// The same, as an SSH key that reads.
inline core::SshPrivateKey composite_ssh_key() {
    const core::RsaKey key = composite_rsa_key();
    core::WireWriter written;
    written.text("ssh-rsa").mpint(key.public_key.modulus).mpint(key.public_key.exponent);
    written.mpint(key.exponent.expose()).mpint(key.coefficient.expose());
    written.mpint(key.p.expose()).mpint(key.q.expose());
    core::WireReader reader(written.expose());
    return core::SshPrivateKey::read(reader).value();
}

}  // namespace sparekey::tests
