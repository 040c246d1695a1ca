#include "cli/formats/zip_attachments.h"

#include "core/base/mutant.h"
#include "core/model/limits.h"

namespace sparekey::cli {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

}  // namespace

core::Result<void> ZipAttachments::add(ImportedItem& item, std::string_view name,
                                       core::ByteView data) {
    const auto refused = [&](const char* why) {
        return core::unexpected(core::ErrorCode::usage, item.where + " " + why);
    };
    bytes_ += data.size();
    if (bytes_ > kMostBytes && !SPAREKEY_LEFT_OUT("import-budget")) {
        return refused("brings the attachments to more than 1 GiB in all");
    }
    if (item.attachments.size() == core::kMostAttachments) {
        return refused("has more than 1,000 attachments");
    }
    item.attachments.push_back({std::string(name), core::SecretBytes::copy_of(data)});
    return {};
}

}  // namespace sparekey::cli
