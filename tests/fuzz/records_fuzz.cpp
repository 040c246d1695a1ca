// libFuzzer: history entries and attachment chunks that decode are their own encodings.
#include "core/codec/codec.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    if (const auto entry = core::decode_history_entry({data, size})) {
        if (!core::equal_constant_time(core::encode(*entry).expose(), {data, size})) std::abort();
    }
    if (const auto chunk = core::decode_attachment_chunk({data, size})) {
        if (!core::equal_constant_time(core::encode(*chunk).expose(), {data, size})) std::abort();
    }
    return 0;
}
