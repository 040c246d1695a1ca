// KeePass 2's XML, as KeePass and KeePassXC export it.
//
// pugixml never expands declared entities; a document type is refused all the same, since no export
// has one. History entries become history, not items; the recycle bin becomes the trash.
#include "cli/formats/gzip.h"
#include "cli/formats/import.h"
#include "cli/formats/time_text.h"
#include "core/text/unicode.h"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace sparekey::cli {
namespace {

using core::SecretText;
using pugi::xml_node;

constexpr int kDeepest = 64;
/// What one attachment may grow to when it is unpacked.
constexpr std::size_t kLargestBinary = std::size_t{256} << 20;

struct Source {
    const ImportSink& sink;
    ImportNotes& notes;
    std::string recycle_bin;                   // its group's UUID
    std::map<std::string, xml_node> binaries;  // by ID
    std::size_t entries = 0;
};

bool is_true(std::string_view text) {
    return core::fold(text) == "true";
}

/// KDBX 3 writes ISO 8601; KDBX 4 writes base64 of the seconds since year 1, little-endian.
std::uint64_t read_time(std::string_view text) {
    if (const auto time = parse_time(text)) return *time;
    const auto bytes = core::from_base64(text);
    if (!bytes || bytes->size() != 8) return 0;
    std::uint64_t seconds = 0;
    for (std::size_t i = 0; i < 8; ++i) seconds |= std::uint64_t{(*bytes)[i]} << (8 * i);
    constexpr std::uint64_t kYearOneToEpoch = 62135596800;
    if (seconds < kYearOneToEpoch || seconds - kYearOneToEpoch > core::kLatestTimeMs / 1000)
        return 0;
    return (seconds - kYearOneToEpoch) * 1000;
}

bool is_protected(const xml_node& string) {
    const xml_node value = string.child("Value");
    return is_true(value.attribute("ProtectInMemory").value()) ||
           is_true(value.attribute("Protected").value());
}

std::string_view string_value(const xml_node& entry, std::string_view key) {
    for (const xml_node& string : entry.children("String")) {
        if (key == string.child_value("Key")) return string.child_value("Value");
    }
    return {};
}

void append_parameter(std::string& uri, std::string_view name, std::string_view value) {
    if (!value.empty()) uri += "&" + std::string(name) + "=" + std::string(value);
}

std::string without_spaces(std::string_view text) {
    std::string kept;
    for (const char c : text) {
        if (c != ' ' && c != '=') kept += c;
    }
    return kept;
}

/// The several ways in which KeePass plug-ins keep one-time codes, as one text that core/otp reads.
SecretText otp_text(const xml_node& entry) {
    if (const auto otp = string_value(entry, "otp"); !otp.empty()) return SecretText::copy_of(otp);
    std::string uri;
    if (const auto seed = string_value(entry, "TOTP Seed"); !seed.empty()) {
        const std::string_view settings = string_value(entry, "TOTP Settings");
        const auto semicolon = settings.find(';');
        const std::string_view digits = semicolon == std::string_view::npos
                                            ? std::string_view()
                                            : settings.substr(semicolon + 1);
        uri = "otpauth://totp/?secret=" + without_spaces(seed);
        append_parameter(uri, "period", settings.substr(0, semicolon));
        if (digits.starts_with("S")) {
            uri += "&encoder=steam";
        } else {
            append_parameter(uri, "digits", digits.substr(0, digits.find(';')));
        }
    } else if (const auto time = string_value(entry, "TimeOtp-Secret-Base32"); !time.empty()) {
        uri = "otpauth://totp/?secret=" + without_spaces(time);
        append_parameter(uri, "algorithm", string_value(entry, "TimeOtp-Algorithm"));
        append_parameter(uri, "digits", string_value(entry, "TimeOtp-Length"));
        append_parameter(uri, "period", string_value(entry, "TimeOtp-Period"));
    } else if (const auto hmac = string_value(entry, "HmacOtp-Secret-Base32"); !hmac.empty()) {
        uri = "otpauth://hotp/?secret=" + without_spaces(hmac);
        append_parameter(uri, "counter", string_value(entry, "HmacOtp-Counter"));
    }
    SecretText text = SecretText::copy_of(uri);
    core::wipe({reinterpret_cast<std::uint8_t*>(uri.data()), uri.size()});
    return text;
}

bool is_standard(std::string_view key) {
    constexpr std::array<std::string_view, 14> kKeys = {"Title",
                                                        "UserName",
                                                        "Password",
                                                        "URL",
                                                        "Notes",
                                                        "otp",
                                                        "TOTP Seed",
                                                        "TOTP Settings",
                                                        "TimeOtp-Secret-Base32",
                                                        "TimeOtp-Algorithm",
                                                        "TimeOtp-Length",
                                                        "TimeOtp-Period",
                                                        "HmacOtp-Secret-Base32",
                                                        "HmacOtp-Counter"};
    return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

void read_strings(const xml_node& entry, core::ItemPatch& patch) {
    patch.urls.emplace();
    for (const xml_node& string : entry.children("String")) {
        const std::string_view key = string.child_value("Key");
        const std::string_view value = string.child_value("Value");
        const bool address = key == "URL" || key.starts_with("KP2A_URL");
        if (address && !value.empty()) {
            if (std::find(patch.urls->begin(), patch.urls->end(), value) == patch.urls->end()) {
                patch.urls->emplace_back(value);
            }
        } else if (!address && !is_standard(key)) {
            add_field(patch, key, value, is_protected(string) || key.starts_with("KPEX_PASSKEY"));
        }
    }
    patch.title = std::string(string_value(entry, "Title"));
    if (patch.title->empty()) patch.title = patch.urls->empty() ? "Untitled" : patch.urls->front();
    patch.username = std::string(string_value(entry, "UserName"));
    patch.password = SecretText::copy_of(string_value(entry, "Password"));
    patch.notes = SecretText::copy_of(string_value(entry, "Notes"));
    patch.totp = otp_text(entry);
}

void read_tags(const xml_node& entry, const std::string& group, core::ItemPatch& patch) {
    patch.tags.emplace();
    if (!group.empty()) patch.tags->push_back(group);
    std::string_view tags = entry.child_value("Tags");
    while (!tags.empty()) {
        const auto end = tags.find_first_of(";,");
        if (end != 0) patch.tags->emplace_back(tags.substr(0, end));
        if (end == std::string_view::npos) break;
        tags.remove_prefix(end + 1);
    }
}

void note_homeless(const xml_node& entry, core::ItemPatch& patch, ImportNotes& notes) {
    const xml_node times = entry.child("Times");
    if (is_true(times.child_value("Expires"))) {
        const std::uint64_t expiry = read_time(times.child_value("ExpiryTime"));
        add_field(patch, "expires", format_time(expiry), false);
    }
    if (!entry.child("CustomIconUUID").empty()) ++notes.unmapped["CustomIconUUID"];
    if (*entry.child("AutoType").child("Association").child_value("Window") != 0) {
        ++notes.unmapped["AutoType"];
    }
    if (*entry.child_value("ForegroundColor") != 0 || *entry.child_value("BackgroundColor") != 0) {
        ++notes.unmapped["colours"];
    }
}

/// The values of old versions that differ from the next newer one.
void read_history(const xml_node& entry, const ImportedItem& current, ImportedItem& item) {
    const auto text_of = [](const std::optional<SecretText>& text) {
        return text ? text->expose() : std::string_view();
    };
    struct Scalar {
        core::FieldKind kind;
        std::string_view key;
        std::string newer;
    };
    std::array<Scalar, 4> scalars = {
        Scalar{core::FieldKind::title, "Title", *current.patch.title},
        Scalar{core::FieldKind::username, "UserName", *current.patch.username},
        Scalar{core::FieldKind::password, "Password", std::string(text_of(current.patch.password))},
        Scalar{core::FieldKind::notes, "Notes", std::string(text_of(current.patch.notes))}};
    std::vector<xml_node> versions;
    for (const xml_node& old : entry.child("History").children("Entry")) versions.push_back(old);
    for (auto old = versions.rbegin(); old != versions.rend(); ++old) {
        const std::uint64_t at = read_time(old->child("Times").child_value("LastModificationTime"));
        for (Scalar& scalar : scalars) {
            const std::string_view value = string_value(*old, scalar.key);
            if (value == scalar.newer) continue;
            scalar.newer = std::string(value);
            if (value.empty()) continue;
            item.history.push_back(
                {{scalar.kind, {}, 0}, {SecretText::copy_of(value), false, 0}, at});
        }
    }
    for (Scalar& scalar : scalars) {
        core::wipe({reinterpret_cast<std::uint8_t*>(scalar.newer.data()), scalar.newer.size()});
    }
}

core::Result<void> read_attachments(const xml_node& entry, Source& source, ImportedItem& item) {
    for (const xml_node& binary : entry.children("Binary")) {
        const std::string name = binary.child_value("Key");
        const xml_node value = binary.child("Value");
        const std::string pool_id = value.attribute("Ref").value();
        const auto reference = source.binaries.find(pool_id);
        if (!pool_id.empty() && reference == source.binaries.end()) {
            // KeePassXC 2.7 leaves the pool out of some exports.
            source.notes.skipped.push_back(
                {item.where, "the export names the attachment \"" + name + "\" without its data"});
            item.without_data.push_back(name);
            continue;
        }
        const xml_node content = pool_id.empty() ? value : reference->second;
        auto bytes = core::from_base64(content.child_value());
        if (!bytes || name.empty()) {
            return core::unexpected(core::ErrorCode::usage,
                                    item.where + ": an attachment is not base64");
        }
        core::SecretBytes data = core::SecretBytes::copy_of(*bytes);
        core::wipe(*bytes);
        if (is_true(content.attribute("Compressed").value())) {
            SPAREKEY_TRY(data, gunzip(data.expose(), kLargestBinary));
        }
        item.attachments.push_back({name, std::move(data)});
    }
    return {};
}

core::Result<void> read_entry(const xml_node& entry, const std::string& group, bool trashed,
                              Source& source) {
    ImportedItem item;
    item.where = "entry " + std::to_string(++source.entries);
    item.source = entry.child_value("UUID");
    item.trashed = trashed;
    item.patch.type = core::ItemType::login;
    read_strings(entry, item.patch);
    read_tags(entry, group, item.patch);
    note_homeless(entry, item.patch, source.notes);
    const xml_node times = entry.child("Times");
    item.created_ms = read_time(times.child_value("CreationTime"));
    item.modified_ms = read_time(times.child_value("LastModificationTime"));
    read_history(entry, item, item);
    SPAREKEY_CHECK(read_attachments(entry, source, item));
    return source.sink(std::move(item));
}

core::Result<void> read_group(const xml_node& group, const std::string& path, bool trashed,
                              int depth, Source& source) {
    if (depth > kDeepest) {
        return core::unexpected(core::ErrorCode::usage, "groups are nested too deep");
    }
    for (const xml_node& entry : group.children("Entry")) {
        SPAREKEY_CHECK(read_entry(entry, path, trashed, source));
    }
    for (const xml_node& child : group.children("Group")) {
        const std::string name = child.child_value("Name");
        const bool bin =
            !source.recycle_bin.empty() && source.recycle_bin == child.child_value("UUID");
        // What lies directly in the bin has no group of its own any more.
        const std::string below = bin ? "" : path.empty() ? name : path + "/" + name;
        SPAREKEY_CHECK(read_group(child, below, trashed || bin, depth + 1, source));
    }
    return {};
}

core::Result<void> check_shape(const pugi::xml_document& document) {
    for (const xml_node& node : document.children()) {
        if (node.type() == pugi::node_doctype) {
            return core::unexpected(core::ErrorCode::usage,
                                    "the XML declares a document type, which no export does");
        }
    }
    if (document.child("KeePassFile").child("Root").child("Group").empty()) {
        return core::unexpected(core::ErrorCode::usage, "this is not a KeePass 2 XML export");
    }
    return {};
}

core::Unexpected malformed(const core::SecretBytes& file, const pugi::xml_parse_result& result) {
    const auto at = std::min<std::size_t>(static_cast<std::size_t>(result.offset), file.size());
    const auto before = file.expose().first(at);
    const auto line = 1 + std::count(before.begin(), before.end(), std::uint8_t{'\n'});
    return core::unexpected(core::ErrorCode::usage, "line " + std::to_string(line) +
                                                        " is not XML: " + result.description());
}

}  // namespace

core::Result<void> read_keepass_xml(core::SecretBytes& file, const ImportSink& sink,
                                    ImportNotes& notes) {
    if (!core::is_utf8(core::text_of(file.expose()))) {
        return core::unexpected(core::ErrorCode::usage, "the file is not UTF-8");
    }
    if (core::text_of(file.expose()).find('\0') != std::string_view::npos) {
        return core::unexpected(core::ErrorCode::usage, "the file has a NUL character");
    }
    const core::SecretBytes original = file.clone();  // parsing in place writes over the text
    pugi::xml_document document;
    const auto result =
        document.load_buffer_inplace(file.expose_mutable().data(), file.size(),
                                     pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                                         pugi::parse_doctype | pugi::parse_ws_pcdata_single,
                                     pugi::encoding_utf8);
    if (!result) return malformed(original, result);
    SPAREKEY_CHECK(check_shape(document));
    const xml_node root = document.child("KeePassFile");
    Source source{sink, notes, {}, {}, 0};
    if (is_true(root.child("Meta").child_value("RecycleBinEnabled"))) {
        source.recycle_bin = root.child("Meta").child_value("RecycleBinUUID");
    }
    for (const xml_node& binary : root.child("Meta").child("Binaries").children("Binary")) {
        source.binaries.emplace(binary.attribute("ID").value(), binary);
    }
    return read_group(root.child("Root").child("Group"), "", false, 0, source);
}

}  // namespace sparekey::cli
