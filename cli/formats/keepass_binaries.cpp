// The attachments of KeePass's XML: in the entry, or once in a pool for all that name them.
#include "cli/formats/gzip.h"
#include "cli/formats/keepass_entry.h"
#include "core/base/mutant.h"
#include "core/model/limits.h"

namespace sparekey::cli {
namespace {

using pugi::xml_node;

/// What one attachment may grow to when it is unpacked.
constexpr std::size_t kLargestBinary = std::size_t{256} << 20;
constexpr std::uint64_t kMostData = kLargestImport;

bool is_packed(const xml_node& content) {
    return is_true(content.attribute("Compressed").value());
}

/// Adds up what the entries of a file and their histories name, each packed piece unpacked once.
class Sum {
  public:
    explicit Sum(const KeepassFile& file) : file_(file) {}

    core::Result<void> entry(const xml_node& entry) {
        ++entries_;
        std::size_t count = 0;
        for (const xml_node& binary : entry.children("Binary")) {
            if (++count > core::kMostAttachments) return refused("has more than 1,000 attachments");
            SPAREKEY_CHECK(add(binary));
        }
        xml_node newer = entry;
        for (const xml_node& old : keepass_versions(entry)) {
            for (const xml_node& binary : keepass_replaced(old, newer)) {
                SPAREKEY_CHECK(add(binary));
            }
            newer = old;
        }
        return {};
    }

  private:
    core::Result<void> add(const xml_node& binary) {
        bytes_ += size_of(keepass_content(binary, file_));
        if (bytes_ <= kMostData || SPAREKEY_LEFT_OUT("import-budget")) return {};
        return refused("brings the attachments to more than 1 GiB in all: \"" +
                       keepass_name(binary, "Key") + "\"");
    }

    core::Unexpected refused(const std::string& why) const {
        return core::unexpected(core::ErrorCode::usage,
                                "entry " + std::to_string(entries_) + " " + why);
    }

    /// 0 for what cannot be decoded: reading the entry says so.
    std::uint64_t size_of(const xml_node& content) {
        if (content.empty()) return 0;
        const auto [known, is_new] = sizes_.try_emplace(content.internal_object(), 0);
        if (!is_new) return known->second;
        if (is_packed(content)) {
            const auto data = keepass_data(content);
            if (data) known->second = data->size();
        } else {
            // Of base64; the white space in it errs on the safe side.
            known->second = keepass_text(content).size() / 4 * 3;
        }
        return known->second;
    }

    const KeepassFile& file_;
    std::map<const void*, std::uint64_t> sizes_;
    std::uint64_t bytes_ = 0;
    std::size_t entries_ = 0;
};

/// In the order in which they are read, so that an entry's number is the same.
core::Result<void> add_group(const xml_node& group, int depth, Sum& sum) {
    if (depth > kDeepestGroup) return {};  // refused when it is read
    for (const xml_node& entry : group.children("Entry")) SPAREKEY_CHECK(sum.entry(entry));
    for (const xml_node& child : group.children("Group")) {
        SPAREKEY_CHECK(add_group(child, depth + 1, sum));
    }
    return {};
}

}  // namespace

xml_node keepass_content(const xml_node& binary, const KeepassFile& file) {
    const xml_node value = binary.child("Value");
    const std::string pool_id = value.attribute("Ref").value();
    if (pool_id.empty()) return value;
    const auto reference = file.binaries.find(pool_id);
    return reference == file.binaries.end() ? xml_node() : reference->second;
}

core::Result<core::SecretBytes> keepass_data(const xml_node& content) {
    const core::SecretText text = keepass_text(content);
    core::SecretBuilder packed;
    for (const char c : text.expose()) {
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') packed.append(c);
    }
    auto bytes = core::from_base64(core::text_of(packed.expose()));
    if (!bytes) return core::unexpected(core::ErrorCode::usage, "an attachment is not base64");
    core::SecretBytes data = core::SecretBytes::copy_of(*bytes);
    core::wipe(*bytes);
    if (!is_packed(content)) return data;
    return gunzip(data.expose(), kLargestBinary);
}

core::Result<void> check_keepass_data(const xml_node& root_group, const KeepassFile& file) {
    Sum sum(file);
    return add_group(root_group, 0, sum);
}

}  // namespace sparekey::cli
