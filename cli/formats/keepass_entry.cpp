#include "cli/formats/keepass_entry.h"

#include "cli/formats/time_text.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using core::SecretText;
using pugi::xml_node;

core::Unexpected malformed(const ImportedItem& item, const std::string& why) {
    return core::unexpected(core::ErrorCode::usage, item.where + ": " + why);
}

/// KDBX 3 writes ISO 8601; KDBX 4 writes base64 of the seconds since year 1, little-endian.
std::optional<std::uint64_t> parse_keepass_time(std::string_view text) {
    if (const auto time = parse_time(text)) return time;
    const auto bytes = core::from_base64(text);
    if (!bytes || bytes->size() != 8) return std::nullopt;
    std::uint64_t seconds = 0;
    for (std::size_t i = 0; i < 8; ++i) seconds |= std::uint64_t{(*bytes)[i]} << (8 * i);
    constexpr std::uint64_t kYearOneToEpoch = 62135596800;
    if (seconds < kYearOneToEpoch) return 0;
    if (seconds - kYearOneToEpoch > core::kLatestTimeMs / 1000) return std::nullopt;
    return (seconds - kYearOneToEpoch) * 1000;
}

/// Inside a KDBX file such values are encrypted once more; a plain export has none.
core::Result<void> check_plain(const xml_node& value, const ImportedItem& item) {
    if (!is_true(value.attribute("Protected").value()) || keepass_text(value).empty()) return {};
    return core::unexpected(core::ErrorCode::usage,
                            item.where +
                                ": a value is still encrypted, with a key that is only in "
                                "the database",
                            "export again, as unencrypted XML");
}

/// A reference is followed where it leads somewhere; else it stays as it stands, which is told.
void resolve_references(KeepassString& string, KeepassFile& file, ImportNotes& notes) {
    if (!KeepassReferences::has_reference(string.value.expose())) return;
    if (auto resolved = file.references.resolve(string.value.expose())) {
        string.value = std::move(*resolved);
    } else {
        notes.keep(string.key, "a {REF:…} that leads to no value, as it stands");
    }
}

core::Result<KeepassStrings> read_strings(const xml_node& entry, KeepassFile& file,
                                          const ImportedItem& item, ImportNotes& notes) {
    KeepassStrings strings;
    for (const xml_node& string : entry.children("String")) {
        const xml_node value = string.child("Value");
        SPAREKEY_CHECK(check_plain(value, item));
        SecretText text = keepass_text(value);
        if (file.had_nul && text.expose().find('\x01') != std::string_view::npos) {
            return malformed(item, "the text has a NUL character");
        }
        strings.push_back({keepass_name(string, "Key"), std::move(text),
                           is_true(value.attribute("ProtectInMemory").value())});
        resolve_references(strings.back(), file, notes);
    }
    return strings;
}

bool is_address(std::string_view key) {
    return key == "URL" || key.starts_with("KP2A_URL");
}

/// The entry's own address before further ones.
std::vector<std::string> urls_of(const KeepassStrings& strings) {
    std::vector<std::string> urls;
    std::set<std::string> seen;
    for (const bool own : {true, false}) {
        for (const KeepassString& string : strings) {
            if (!is_address(string.key) || (string.key == "URL") != own) continue;
            const std::string url(string.value.expose());
            if (!url.empty() && seen.insert(url).second) urls.push_back(url);
        }
    }
    return urls;
}

/// Whether the string has a place of its own, and takes it; the second of one name has none.
bool take_standard(core::ItemPatch& patch, const KeepassString& string) {
    const std::string_view value = string.value.expose();
    if (string.key == "Title" && !patch.title) {
        patch.title = std::string(value);
    } else if (string.key == "UserName" && !patch.username) {
        patch.username = std::string(value);
    } else if (string.key == "Password" && !patch.password) {
        patch.password = string.value.clone();
    } else if (string.key == "Notes" && !patch.notes) {
        patch.notes = string.value.clone();
    } else {
        return is_address(string.key);
    }
    return true;
}

core::ItemPatch patch_of(const KeepassStrings& strings, const KeepassOtp& otp) {
    core::ItemPatch patch;
    patch.type = core::ItemType::login;
    patch.totp = otp.text.clone();
    patch.urls = urls_of(strings);
    std::set<std::string> consumed = otp.consumed;
    for (const KeepassString& string : strings) {
        if (take_standard(patch, string) || consumed.erase(string.key) > 0) continue;
        const bool secret =
            string.hidden || string.key.starts_with("KPEX_PASSKEY") || is_keepass_otp(string.key);
        add_field(patch, string.key, string.value.expose(), secret);
    }
    name_untitled(patch);
    return patch;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool has_text(const xml_node& parent, const char* child) {
    return !keepass_text(parent.child(child)).empty();
}

/// How the entry types itself: its own sequence, then "WINDOW: SEQUENCE", a line each. A sequence
/// may have a secret in it.
SecretText auto_type(const xml_node& typing) {
    core::SecretBuilder lines;
    const auto add_line = [&](const std::string& label, const xml_node& sequence) {
        const SecretText text = keepass_text(sequence);
        if (label.empty() && text.empty()) return;
        if (lines.size() > 0) lines.append('\n');
        lines.append(label);
        if (!label.empty() && !text.empty()) lines.append(": ");
        lines.append(text.expose());
    };
    if (core::fold(keepass_name(typing, "Enabled")) == "false") add_line("off", {});
    add_line({}, typing.child("DefaultSequence"));
    for (const xml_node& association : typing.children("Association")) {
        add_line(keepass_name(association, "Window"), association.child("KeystrokeSequence"));
    }
    return SecretText(std::move(lines).take());
}

/// What has a custom field of its own here.
void keep_homeless(const xml_node& entry, core::ItemPatch& patch, ImportNotes& notes) {
    const xml_node times = entry.child("Times");
    if (is_true(keepass_name(times, "Expires"))) {
        const std::string expiry = keepass_name(times, "ExpiryTime");
        const auto time = parse_keepass_time(expiry);
        add_field(patch, "expires", time ? format_time(*time) : expiry, false);
    }
    add_field(patch, "OverrideURL", keepass_name(entry, "OverrideURL"), false);
    if (const SecretText typing = auto_type(entry.child("AutoType")); !typing.empty()) {
        add_field(patch, "autotype", typing.expose(), true);
        notes.keep("AutoType");
    }
    for (const xml_node& data : entry.child("CustomData").children("Item")) {
        const std::string key = keepass_name(data, "Key");
        if (key == "_LAST_MODIFIED") continue;  // of the custom data itself
        const SecretText value = keepass_text(data.child("Value"));
        add_field(patch, key, value.expose(), true);
    }
}

void note_homeless(const xml_node& entry, ImportNotes& notes) {
    const std::string icon = keepass_name(entry, "IconID");
    if (!icon.empty() && icon != "0") ++notes.unmapped["IconID"];
    if (has_text(entry, "CustomIconUUID")) ++notes.unmapped["CustomIconUUID"];
    if (has_text(entry, "ForegroundColor") || has_text(entry, "BackgroundColor")) {
        ++notes.unmapped["colours"];
    }
    if (core::fold(keepass_name(entry, "QualityCheck")) == "false") {
        ++notes.unmapped["QualityCheck"];
    }
}

core::Result<void> read_attachments(const xml_node& entry, const KeepassFile& file,
                                    ImportedItem& item, ImportNotes& notes) {
    for (const xml_node& binary : entry.children("Binary")) {
        const std::string name = keepass_name(binary, "Key");
        const xml_node content = keepass_content(binary, file);
        if (content.empty()) {
            // KeePassXC 2.7 leaves the pool out of some exports.
            notes.skipped.push_back({item.where, "the export names the attachment \"" +
                                                     core::printable(name) +
                                                     "\" without its data"});
            item.without_data.push_back(name);
            continue;
        }
        SPAREKEY_TRY(core::SecretBytes data, keepass_plain_data(content, item));
        item.attachments.push_back({name, std::move(data)});
    }
    return {};
}

}  // namespace

bool is_true(std::string_view text) {
    return core::fold(text) == "true";
}

SecretText keepass_text(const xml_node& node) {
    core::SecretBuilder text;
    for (const xml_node& piece : node.children()) {
        if (piece.type() == pugi::node_pcdata || piece.type() == pugi::node_cdata) {
            text.append(std::string_view(piece.value()));
        }
    }
    return SecretText(std::move(text).take());
}

std::string keepass_name(const xml_node& parent, const char* child) {
    return std::string(keepass_text(parent.child(child)).expose());
}

std::uint64_t keepass_time(const xml_node& times, const char* child, ImportNotes& notes) {
    const std::string text = keepass_name(times, child);
    const auto time = text.empty() ? std::uint64_t{0} : parse_keepass_time(text);
    if (!time) note_no_time(child, notes);
    return time.value_or(0);
}

std::vector<std::string> keepass_tags(const xml_node& parent) {
    std::vector<std::string> found;
    const std::string all = keepass_name(parent, "Tags");
    std::string_view tags = all;
    while (!tags.empty()) {
        const auto end = tags.find_first_of(";,");
        const std::string_view tag = trimmed(tags.substr(0, end));
        if (!tag.empty()) found.emplace_back(tag);
        if (end == std::string_view::npos) break;
        tags.remove_prefix(end + 1);
    }
    return found;
}

core::Result<core::SecretBytes> keepass_plain_data(const xml_node& content,
                                                   const ImportedItem& item) {
    SPAREKEY_CHECK(check_plain(content, item));
    auto data = keepass_data(content);
    if (!data) return malformed(item, data.error().message);
    return data;
}

core::Result<core::ItemPatch> keepass_patch(const xml_node& entry, const KeepassGroup& group,
                                            KeepassFile& file, const ImportedItem& item,
                                            ImportNotes& notes) {
    SPAREKEY_TRY(const KeepassStrings strings, read_strings(entry, file, item, notes));
    const KeepassOtp otp = keepass_otp(strings);
    for (const auto& [key, reason] : otp.reasons) notes.keep(key, "custom field: " + reason);
    core::ItemPatch patch = patch_of(strings, otp);
    patch.tags = group.tags;
    if (!group.path.empty()) patch.tags->insert(patch.tags->begin(), group.path);
    for (std::string& tag : keepass_tags(entry)) patch.tags->push_back(std::move(tag));
    keep_homeless(entry, patch, notes);
    return patch;
}

core::Result<void> read_keepass_entry(const xml_node& entry, const KeepassGroup& group,
                                      KeepassFile& file, ImportedItem& item, ImportNotes& notes) {
    item.source = keepass_name(entry, "UUID");
    SPAREKEY_TRY(item.patch, keepass_patch(entry, group, file, item, notes));
    note_homeless(entry, notes);
    const xml_node times = entry.child("Times");
    item.created_ms = keepass_time(times, "CreationTime", notes);
    // A move to another group changes its tag, and is a time of its own.
    item.modified_ms = std::max(keepass_time(times, "LastModificationTime", notes),
                                keepass_time(times, "LocationChanged", notes));
    SPAREKEY_CHECK(read_keepass_history(entry, file, item, notes));
    return read_attachments(entry, file, item, notes);
}

}  // namespace sparekey::cli
