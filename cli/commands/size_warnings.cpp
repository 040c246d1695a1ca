#include "cli/commands/size_warnings.h"

#include "cli/formats/import.h"

namespace sparekey::cli {
namespace {

/// Where the rest of the vault's work begins to take as long as the file does.
constexpr std::uint64_t kLargeAttachment = std::uint64_t{100} << 20;

}  // namespace

std::optional<std::string> attachment_size_warning(std::uint64_t bytes) {
    if (bytes <= kLargeAttachment) return std::nullopt;
    return "this file is larger than 100 MiB: each backup has it, each device gets it, and an "
           "export of more than 1 GiB cannot be imported";
}

std::optional<std::string> ExportSize::add(std::uint64_t bytes) {
    const bool was_small = written_ <= kLargestImport;
    written_ += bytes;
    if (!was_small || written_ <= kLargestImport) return std::nullopt;
    return "this export is larger than 1 GiB, which is what sparekey import takes: keep the large "
           "attachments elsewhere (sparekey detach), or keep a backup (sparekey backup)";
}

}  // namespace sparekey::cli
