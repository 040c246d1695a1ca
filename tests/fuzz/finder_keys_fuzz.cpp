// Keys of the finder: whatever a terminal sends comes to an end.
#include "cli/finder/keys.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sparekey::cli::finder::Keys keys;
    keys.add({reinterpret_cast<const char*>(data), size});
    while (keys.next(false)) {
    }
    while (keys.next(true)) {
    }
    if (keys.is_waiting()) std::abort();
    return 0;
}
