// libFuzzer: what a device keeps of its account: what decodes is its own encoding, or an older
// program's.
#include "core/replica/account.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    fuzz::expect_own_encoding(core::decode_account_state, core::ByteView(data, size));
    return 0;
}
