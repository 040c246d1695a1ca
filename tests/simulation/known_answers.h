// What the simulation remembers of cryptography: whether a signature holds, which public key a
// secret has, and what is derived from a key. All devices of a fleet and the server ask the same of
// libsodium and OpenSSL, whose answer to the same question is the same: half of a schedule's time
// would go by with it. The linker puts these in their place (--wrap).
#pragma once

namespace sparekey::tests {

/// Before each fleet: another one has other questions.
void forget_known_answers();

}  // namespace sparekey::tests
