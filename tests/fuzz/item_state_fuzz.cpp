// libFuzzer: an item state that decodes is its own encoding, and merges with itself to itself.
#include "core/codec/codec.h"
#include "core/merge/merge.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const auto decoded = core::decode_item_state({data, size});
    if (!decoded) return 0;
    const auto again = core::encode(*decoded);
    if (!core::equal_constant_time(again.expose(), {data, size})) std::abort();
    if (!core::identical(core::merge(*decoded, *decoded).state, *decoded)) std::abort();
    return 0;
}
