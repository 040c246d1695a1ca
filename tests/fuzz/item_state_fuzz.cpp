// libFuzzer: an item state that decodes is its own encoding, in either layout, and merges with
// itself to itself. The first byte says in which layout the rest is.
#include "core/codec/codec.h"
#include "core/merge/merge.h"
#include "tests/support/wide_item.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    if (size == 0) return 0;
    const core::ByteView encoded(data + 1, size - 1);
    const bool is_wide = data[0] % 2 == 0;
    const auto decoded = core::decode_item_state(encoded, is_wide ? 1 : core::kItemSchema);
    if (!decoded) return 0;
    const auto again = is_wide ? tests::wide_item(*decoded) : core::encode(*decoded);
    if (!core::equal_constant_time(again.expose(), encoded)) std::abort();
    if (!core::identical(core::merge(*decoded, *decoded).state, *decoded)) std::abort();
    return 0;
}
