// libFuzzer: a keyring that decodes is its own encoding.
#include "core/codec/codec.h"
#include "core/crypto/system_random.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    static const bool started = (core::start_crypto(), true);
    (void)started;
    const auto decoded = core::decode_keyring({data, size});
    if (!decoded) return 0;
    const auto again = core::encode(*decoded);
    if (!core::equal_constant_time(again.expose(), {data, size})) std::abort();
    return 0;
}
