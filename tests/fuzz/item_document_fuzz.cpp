// libFuzzer: the document of add --stdin and edit --stdin.
#include "cli/formats/item_json.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    (void)cli::patch_from_json(core::text_of({data, size})).has_value();
    return 0;
}
