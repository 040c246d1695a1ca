// libFuzzer: an approval that decodes is its own encoding; any code may be typed.
#include "core/chain/approval.h"
#include "tests/fuzz/own_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    fuzz::expect_own_encoding(core::decode_approval_answer(bytes), bytes);
    (void)core::ApprovalCode::of({}).matches(core::text_of(bytes));
    return 0;
}
