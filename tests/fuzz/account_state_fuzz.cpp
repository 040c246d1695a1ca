// libFuzzer: what a device keeps of its account: what decodes is its own encoding.
#include "core/replica/account.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    fuzz::expect_own_encoding(core::decode_account_state(bytes), bytes);
    return 0;
}
