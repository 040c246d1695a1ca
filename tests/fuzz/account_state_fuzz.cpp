// libFuzzer: what a device keeps of its account: what decodes is its own encoding, or an older
// program's, and is written anew in one way only.
#include "core/replica/account.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    const auto state = core::decode_account_state(bytes);
    if (!state) return 0;
    const core::Bytes own = encode(*state);
    const bool is_older = bytes[0] != own[0];
    const auto again = core::decode_account_state(own);
    if (!again) std::abort();
    fuzz::expect_own_encoding(again, own);
    if (!is_older) fuzz::expect_own_encoding(state, bytes);
    return 0;
}
