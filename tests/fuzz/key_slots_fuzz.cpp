// libFuzzer: the keyslots file: read without a crash; its body is its own encoding.
#include "core/codec/codec.h"
#include "core/vault/key_slots_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    (void)core::read_key_slots_file({data, size}).has_value();
    const auto decoded = core::decode_key_slots({data, size});
    if (!decoded) return 0;
    const core::Bytes again = core::encode(*decoded);
    if (!core::equal_constant_time(again, {data, size})) std::abort();
    return 0;
}
