// libFuzzer: an assertion: read without a crash, and within its bound.
#include "sync/protocol/assertion.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const core::ByteView bytes(data, size);
    const auto read = sync::read_assertion(core::text_of(bytes));
    if (read && size > sync::kLongestAssertion) __builtin_trap();
    return 0;
}
