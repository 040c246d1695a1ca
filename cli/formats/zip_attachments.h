// From files of an archive to attachments of items, bounded before anything is copied: an archive
// may name one file as often as it likes.
#pragma once

#include "cli/formats/import.h"
#include "cli/formats/zip_archive.h"

#include <set>

namespace sparekey::cli {

class ZipAttachments {
  public:
    /// ErrorCode::usage, naming the item, beyond 1,000 an item or 1 GiB in all.
    core::Result<void> add(ImportedItem& item, std::string_view name, const ZipArchive::File& file);
    /// Tells of the archive's files that were no item's, but for `known` ones.
    void note_unclaimed(const ZipArchive& archive, const std::set<std::string_view>& known,
                        ImportNotes& notes) const;

  private:
    std::set<std::string, std::less<>> claimed_;  // by name
    std::uint64_t bytes_ = 0;
};

}  // namespace sparekey::cli
