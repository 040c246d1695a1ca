// libFuzzer: what people paste as a one-time code seed.
#include "core/otp/otp.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const auto spec = core::parse_otp(core::text_of({data, size}));
    if (!spec) return 0;
    const core::SecretText code = core::code_at(*spec, 1'700'000'000);
    if (code.size() < 5 || code.size() > 10) std::abort();
    return 0;
}
