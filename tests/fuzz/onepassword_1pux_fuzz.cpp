// libFuzzer: what sparekey-unzip printed, and the import of 1PUX from it. Input that is no such
// list of files is the export's JSON.
#include "cli/formats/onepassword_1pux.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    cli::ImportNotes notes;
    const auto sink = [](cli::ImportedItem&&) { return core::Result<void>(); };
    const core::ByteView input(data, size);
    if (const auto archive = cli::ZipArchive::of(core::SecretBytes::copy_of(input))) {
        (void)cli::read_1pux_archive(*archive, sink, notes).has_value();
        return 0;
    }
    core::SecretBuilder unpacked;
    unpacked.append(std::string_view("\x0b\0\0\0", 4));
    for (std::size_t i = 0; i < 8; ++i)
        unpacked.append(static_cast<char>((size >> (8 * i)) & 0xff));
    unpacked.append("export.data");
    unpacked.append(input);
    const auto archive = cli::ZipArchive::of(std::move(unpacked).take());
    if (!archive) std::abort();
    (void)cli::read_1pux_archive(*archive, sink, notes).has_value();
    return 0;
}
