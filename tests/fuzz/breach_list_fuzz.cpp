// libFuzzer: a list of breached passwords, whatever is in it, is searched within bounds and to an
// end.
#include "cli/breaches/breach_list.h"
#include "cli/breaches/breach_ranges.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    constexpr std::string_view kHash = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";
    const core::ByteView bytes(data, size);
    const cli::BreachFile list(
        [&](std::uint64_t offset, core::MutableBytes into) {
            if (offset > bytes.size()) std::abort();
            const core::ByteView left = bytes.subspan(offset);
            const std::size_t part = std::min(left.size(), into.size());
            std::copy_n(left.begin(), part, into.begin());
            return part;
        },
        bytes.size());
    [[maybe_unused]] const auto found = list.holds(kHash);
    [[maybe_unused]] const bool named = cli::range_holds(core::text_of(bytes), kHash);
    std::string_view left = core::text_of(bytes);
    while (!left.empty() && cli::take_range(left)) {
    }
    return 0;
}
