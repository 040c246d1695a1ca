// libFuzzer: what is kept of a reseed between two pages: what decodes is its own encoding.
#include "core/replica/reseed_codec.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    fuzz::expect_own_encoding(core::decode_reseed(bytes), bytes);
    return 0;
}
