// libFuzzer: what is kept of a reseed between two pages: what decodes is its own encoding, or what
// an older build kept becomes one.
#include "core/replica/reseed_codec.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    const auto decoded = core::decode_reseed(bytes);
    if (!decoded) return 0;
    const core::Bytes own = encode(*decoded);
    const bool is_older = bytes[0] != own[0];
    const auto again = core::decode_reseed(own);
    if (!again) std::abort();
    fuzz::expect_own_encoding(again, own);
    if (!is_older) fuzz::expect_own_encoding(decoded, bytes);
    return 0;
}
