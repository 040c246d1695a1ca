// libFuzzer: what is kept of a reseed between two pages: what decodes is its own encoding, or an
// older program's.
#include "core/replica/reseed_codec.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    fuzz::expect_own_encoding(core::decode_reseed, core::ByteView(data, size));
    return 0;
}
