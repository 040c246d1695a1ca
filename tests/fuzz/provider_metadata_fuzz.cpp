// libFuzzer: a provider's metadata. What is taken points to https and uses our algorithms.
#include "sync/server/oidc/discovery.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey::sync;
    static const Profile kProfile = [] {
        ProviderConfig config;
        config.issuer = "https://a";
        return profile_of(config);
    }();
    const auto metadata =
        parse_metadata(sparekey::core::text_of({data, size}), kProfile, size % 2 == 0);
    if (!metadata) return 0;
    for (const std::string& url :
         {metadata->authorization_endpoint, metadata->token_endpoint, metadata->keys_url}) {
        if (url.find("://") == std::string::npos || url.starts_with("http:")) std::abort();
    }
    if (metadata->algorithms.empty()) std::abort();
    return 0;
}
