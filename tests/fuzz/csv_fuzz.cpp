// libFuzzer: the four CSV imports.
#include "cli/formats/import.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    for (const auto read : {cli::read_bitwarden_csv, cli::read_keepassxc_csv, cli::read_chrome_csv,
                            cli::read_firefox_csv}) {
        core::SecretBytes file = core::SecretBytes::copy_of({data, size});
        cli::ImportNotes notes;
        const auto sink = [](cli::ImportedItem&&) { return core::Result<void>(); };
        (void)read(file, sink, notes).has_value();
    }
    return 0;
}
