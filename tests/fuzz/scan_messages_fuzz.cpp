// libFuzzer: the messages of a scan, and its baseline: whatever is decoded is encoded as it came.
#include "cli/formats/leak_baseline.h"
#include "cli/scan/message_codec.h"

#include <cstdlib>

namespace {

using namespace sparekey;

template <class T>
void require_same(const core::Result<T>& decoded, core::ByteView bytes) {
    if (decoded && !core::equal_constant_time(cli::scan::encode(*decoded).expose(), bytes)) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const core::ByteView bytes(data, size);
    require_same(cli::scan::decode_order(bytes), bytes);
    require_same(cli::scan::decode_secrets(bytes), bytes);
    [[maybe_unused]] const auto answer = cli::scan::decode_answer(bytes);
    [[maybe_unused]] const auto known = cli::leak_baseline_from_json(core::text_of(bytes));
    return 0;
}
