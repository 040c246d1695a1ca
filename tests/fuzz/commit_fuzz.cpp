// libFuzzer: a commit that decodes is its own encoding.
#include "core/chain/commit.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    fuzz::expect_own_encoding(core::decode_commit(bytes), bytes);
    fuzz::expect_own_encoding(core::decode_signed_commit(bytes), bytes);
    return 0;
}
