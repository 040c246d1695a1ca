#include "cli/formats/zip_attachments.h"

#include "core/base/mutant.h"
#include "core/model/limits.h"
#include "core/text/unicode.h"

namespace sparekey::cli {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

}  // namespace

core::Result<void> ZipAttachments::add(ImportedItem& item, std::string_view name,
                                       const ZipArchive::File& file) {
    const auto refused = [&](const char* why) {
        return core::unexpected(core::ErrorCode::usage, item.where + " " + why);
    };
    claimed_.emplace(file.name);
    bytes_ += file.data.size();
    if (bytes_ > kMostBytes && !SPAREKEY_LEFT_OUT("import-budget")) {
        return refused("brings the attachments to more than 1 GiB in all");
    }
    if (item.attachments.size() == core::kMostAttachments) {
        return refused("has more than 1,000 attachments");
    }
    item.attachments.push_back({std::string(name), core::SecretBytes::copy_of(file.data)});
    return {};
}

void ZipAttachments::note_unclaimed(const ZipArchive& archive,
                                    const std::set<std::string_view>& known,
                                    ImportNotes& notes) const {
    for (const ZipArchive::File& file : archive.files_that_start("")) {
        const bool is_folder = file.name.ends_with('/') && file.data.empty();
        if (is_folder || known.count(file.name) != 0 || claimed_.count(file.name) != 0) continue;
        notes.skipped.push_back(
            {"file (" + core::printable(file.name) + ")", "no item of the export names it"});
    }
}

}  // namespace sparekey::cli
