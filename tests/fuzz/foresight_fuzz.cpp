// libFuzzer: what was seen of the pages to come, between two of them: what decodes is its own
// encoding.
#include "core/replica/foresight.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    fuzz::expect_own_encoding(core::decode_foresight(bytes), bytes);
    return 0;
}
