// 1Password's export once it is unpacked: for what is not to start a helper program.
#pragma once

#include "cli/formats/import.h"
#include "cli/formats/zip_archive.h"

namespace sparekey::cli {

core::Result<void> read_1pux_archive(const ZipArchive& archive, const ImportSink& sink,
                                     ImportNotes& notes);

}  // namespace sparekey::cli
