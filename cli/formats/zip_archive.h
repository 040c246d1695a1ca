// The files of a ZIP archive, unpacked by a helper program (sparekey-unzip) into wiped memory.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

class ZipArchive {
  public:
    /// Whether a file begins as archives do.
    static bool looks_like_one(core::ByteView bytes);
    /// At most 1 GiB and 100,000 files. ErrorCode::usage with the reason for what is no archive, is
    /// damaged, encrypted or larger.
    static core::Result<ZipArchive> open(core::ByteView bytes);
    /// What the helper has printed.
    static core::Result<ZipArchive> of(core::SecretBytes unpacked);

    /// The data of a file, which lasts as long as this object; nothing if there is none.
    std::optional<core::ByteView> file(std::string_view name) const;
    struct File {
        std::string_view name;
        core::ByteView data;
    };
    /// Those whose names start so, in the order of names.
    std::vector<File> files_that_start(std::string_view prefix) const;

  private:
    ZipArchive() = default;

    core::SecretBytes unpacked_;
    std::map<std::string, core::ByteView, std::less<>> files_;  // of two with one name the first
};

}  // namespace sparekey::cli
