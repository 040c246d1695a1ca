// libFuzzer: a provider's key set. What is chosen fits, is named so, and has no flaw.
#include "sync/server/oidc/key_set.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey::sync;
    const auto keys = parse_key_set(sparekey::core::text_of({data, size}));
    if (!keys) return 0;
    if (keys->size() > kMostKeys) std::abort();
    for (const Algorithm algorithm : {Algorithm::rs256, Algorithm::ps256, Algorithm::es256,
                                      Algorithm::es384, Algorithm::eddsa}) {
        (void)choose_key(*keys, algorithm, std::nullopt).has_value();
        for (const PublicKey& key : *keys) {
            const auto chosen = choose_key(*keys, algorithm, key.id);
            if (!chosen) continue;
            if (!(*chosen)->flaw.empty() || !fits(**chosen, algorithm)) std::abort();
        }
    }
    return 0;
}
