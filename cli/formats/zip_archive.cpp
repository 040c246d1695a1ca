#include "cli/formats/zip_archive.h"

#include "cli/libexec.h"
#include "core/text/unicode.h"

namespace sparekey::cli {
namespace {

constexpr std::size_t kMostOutput = (std::size_t{1} << 30) + (std::size_t{32} << 20);
constexpr std::uint32_t kRefused = 0xffffffff;

template <class Number>
std::optional<Number> take_number(core::ByteView& rest) {
    if (rest.size() < sizeof(Number)) return std::nullopt;
    Number number = 0;
    for (std::size_t i = sizeof number; i-- > 0;) {
        number = static_cast<Number>((number << 8U) | rest[i]);
    }
    rest = rest.subspan(sizeof number);
    return number;
}

core::Unexpected refused(std::string_view why) {
    return core::unexpected(core::ErrorCode::usage,
                            "the archive cannot be read: " + core::printable(why),
                            "export again, without a password");
}

}  // namespace

bool ZipArchive::looks_like_one(core::ByteView bytes) {
    return core::text_of(bytes).starts_with("PK\x03\x04");
}

core::Result<ZipArchive> ZipArchive::open(core::ByteView bytes) {
    SPAREKEY_TRY(core::SecretBytes unpacked, run_helper("sparekey-unzip", bytes, kMostOutput));
    return of(std::move(unpacked));
}

core::Result<ZipArchive> ZipArchive::of(core::SecretBytes unpacked) {
    ZipArchive archive;
    archive.unpacked_ = std::move(unpacked);
    core::ByteView rest = archive.unpacked_.expose();
    while (!rest.empty()) {
        const auto name_size = take_number<std::uint32_t>(rest);
        if (name_size == kRefused) return refused(core::text_of(rest));
        const auto data_size = take_number<std::uint64_t>(rest);
        if (!data_size || *name_size > rest.size() || *data_size > rest.size() - *name_size) {
            return refused("the helper was cut off");
        }
        archive.files_.try_emplace(std::string(core::text_of(rest.first(*name_size))),
                                   rest.subspan(*name_size, *data_size));
        rest = rest.subspan(*name_size + *data_size);
    }
    return archive;
}

std::optional<core::ByteView> ZipArchive::file(std::string_view name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<ZipArchive::File> ZipArchive::files_that_start(std::string_view prefix) const {
    std::vector<File> found;
    for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix);
         ++at) {
        found.push_back({at->first, at->second});
    }
    return found;
}

}  // namespace sparekey::cli
