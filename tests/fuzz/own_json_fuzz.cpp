// libFuzzer: the import of own-json.
#include "cli/formats/import.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    core::SecretBytes file = core::SecretBytes::copy_of({data, size});
    cli::ImportNotes notes;
    const auto sink = [](cli::ImportedItem&&) { return core::Result<void>(); };
    (void)cli::read_own_json(file, sink, notes).has_value();
    return 0;
}
