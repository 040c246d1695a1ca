// libFuzzer: a push that decodes is its own encoding.
#include "sync/protocol/bodies.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    fuzz::expect_own_encoding(sync::decode_push_request(bytes), bytes);
    return 0;
}
