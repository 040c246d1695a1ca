// libFuzzer: a share that is read is written the same, and shares never combine into nonsense.
#include "core/vault/kit_share.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    std::string_view left = core::text_of({data, size});
    core::KitShares shares;
    while (!left.empty()) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        auto share = core::parse_kit_share(line);
        if (!share) continue;
        const auto again = core::parse_kit_share(core::kit_share_text(*share).expose());
        if (!again || again->set != share->set || again->threshold != share->threshold ||
            again->share.number != share->share.number) {
            std::abort();
        }
        [[maybe_unused]] const auto added = shares.add(std::move(*share), "a line");
    }
    const auto code = shares.combine();
    if (code && code->size() != 2 + 8 * 6) std::abort();
    return 0;
}
