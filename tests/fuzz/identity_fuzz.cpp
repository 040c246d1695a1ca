// libFuzzer: an identity that is taken is its own one spelling, and names an account that is one.
#include "core/base/bytes.h"
#include "core/lockout/loss.h"
#include "core/model/identity.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey::core;
    const std::string_view text = text_of({data, size});
    (void)parse_lost(text).has_value();
    const auto identity = normalize_identity(text);
    if (!identity) return 0;
    const auto again = normalize_identity(*identity);
    if (!again || *again != *identity) std::abort();
    const std::string account = account_of(*identity);
    if (account_of(account) != account || !normalize_identity(account)) std::abort();
    return 0;
}
