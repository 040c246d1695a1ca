// libFuzzer: an order to sparekey-clipboard. One that is taken is written again as it was read.
#include "cli/clipboard/order.h"
#include "core/crypto/system_random.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    [[maybe_unused]] static const bool started = (core::start_crypto(), true);
    constexpr std::size_t kLengthSize = 4;
    const core::ByteView given(data, size);
    const auto order = cli::clipboard::decode_order(given);
    if (!order) return 0;
    const core::SecretBytes written = cli::clipboard::encode(*order);
    const core::ByteView again = written.expose().subspan(kLengthSize);
    if (!std::equal(again.begin(), again.end(), given.begin(), given.end())) std::abort();
    return 0;
}
