#include "cli/formats/keepass_entry.h"

#include "cli/formats/time_text.h"
#include "core/merge/edit.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

using core::SecretText;
using pugi::xml_node;

core::Unexpected malformed(const ImportedItem& item, const std::string& why) {
    return core::unexpected(core::ErrorCode::usage, item.where + ": " + why);
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

/// Inside a KDBX file such values are encrypted once more; a plain export has none.
core::Result<void> check_plain(const xml_node& value, const ImportedItem& item) {
    if (!is_true(value.attribute("Protected").value()) || keepass_text(value).empty()) return {};
    return core::unexpected(core::ErrorCode::usage,
                            item.where +
                                ": a value is still encrypted, with a key that is only in "
                                "the database",
                            "export again, as unencrypted XML");
}

core::Result<KeepassStrings> read_strings(const xml_node& entry, const KeepassFile& file,
                                          const ImportedItem& item) {
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
    if (patch.title.value_or("").empty()) {
        patch.title = patch.urls->empty() ? "Untitled" : patch.urls->front();
    }
    return patch;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

void read_tags(const xml_node& entry, const std::string& group, core::ItemPatch& patch) {
    patch.tags.emplace();
    if (!group.empty()) patch.tags->push_back(group);
    const std::string all = keepass_name(entry, "Tags");
    std::string_view tags = all;
    while (!tags.empty()) {
        const auto end = tags.find_first_of(";,");
        const std::string_view tag = trimmed(tags.substr(0, end));
        if (!tag.empty()) patch.tags->emplace_back(tag);
        if (end == std::string_view::npos) break;
        tags.remove_prefix(end + 1);
    }
}

bool has_text(const xml_node& parent, const char* child) {
    return !keepass_text(parent.child(child)).empty();
}

void keep_homeless(const xml_node& entry, core::ItemPatch& patch) {
    const xml_node times = entry.child("Times");
    if (is_true(keepass_name(times, "Expires"))) {
        const std::uint64_t expiry = read_time(keepass_name(times, "ExpiryTime"));
        add_field(patch, "expires", format_time(expiry), false);
    }
    add_field(patch, "OverrideURL", keepass_name(entry, "OverrideURL"), false);
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
    const xml_node typing = entry.child("AutoType");
    if (typing.child("Association") || has_text(typing, "DefaultSequence")) {
        ++notes.unmapped["AutoType"];
    }
    if (has_text(entry, "ForegroundColor") || has_text(entry, "BackgroundColor")) {
        ++notes.unmapped["colours"];
    }
    if (core::fold(keepass_name(entry, "QualityCheck")) == "false") {
        ++notes.unmapped["QualityCheck"];
    }
}

/// The item that a version of the entry was, without what belongs to no version.
core::Result<core::ItemState> state_of(const KeepassStrings& strings) {
    const core::ItemPatch patch = patch_of(strings, keepass_otp(strings));
    SPAREKEY_TRY(core::MergeResult made, core::create_item(patch, {1, core::DeviceId{}}));
    return std::move(made.state);
}

void add_replaced(const core::ItemState& old, const core::ItemState& newer, std::uint64_t at_ms,
                  std::vector<ImportedValue>& history) {
    for (const core::Field& field : old.fields) {
        const core::Value& value = core::shown(field.dots).value;
        const core::Register* const next = newer.find(field.key);
        if (next != nullptr && core::same_value(core::shown(*next).value, value)) continue;
        history.push_back({field.key, value.clone(), at_ms});
    }
}

/// The values of old versions that differ from the next newer one.
core::Result<void> read_history(const xml_node& entry, const KeepassStrings& current,
                                const KeepassFile& file, ImportedItem& item, ImportNotes& notes) {
    std::vector<xml_node> versions;
    for (const xml_node& old : entry.child("History").children("Entry")) versions.push_back(old);
    auto newer = versions.empty() ? core::ItemState() : state_of(current);
    for (auto old = versions.rbegin(); old != versions.rend(); ++old) {
        SPAREKEY_TRY(const KeepassStrings strings, read_strings(*old, file, item));
        auto state = state_of(strings);
        if (!state || !newer) {
            notes.skipped.push_back({item.where, "an old version is too large for the history"});
        } else {
            const std::string at = keepass_name(old->child("Times"), "LastModificationTime");
            add_replaced(*state, *newer, read_time(at), item.history);
        }
        newer = std::move(state);
    }
    return {};
}

core::Result<void> read_attachments(const xml_node& entry, const KeepassFile& file,
                                    ImportedItem& item, ImportNotes& notes) {
    for (const xml_node& binary : entry.children("Binary")) {
        const std::string name = keepass_name(binary, "Key");
        const xml_node content = keepass_content(binary, file);
        if (content.empty()) {
            // KeePassXC 2.7 leaves the pool out of some exports.
            notes.skipped.push_back(
                {item.where, "the export names the attachment \"" + name + "\" without its data"});
            item.without_data.push_back(name);
            continue;
        }
        SPAREKEY_CHECK(check_plain(content, item));
        auto data = keepass_data(content);
        if (!data) return malformed(item, data.error().message);
        item.attachments.push_back({name, std::move(*data)});
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

core::Result<void> read_keepass_entry(const xml_node& entry, const std::string& group,
                                      const KeepassFile& file, ImportedItem& item,
                                      ImportNotes& notes) {
    SPAREKEY_TRY(const KeepassStrings strings, read_strings(entry, file, item));
    const KeepassOtp otp = keepass_otp(strings);
    for (const std::string& reason : otp.reasons) notes.skipped.push_back({item.where, reason});
    item.source = keepass_name(entry, "UUID");
    item.patch = patch_of(strings, otp);
    read_tags(entry, group, item.patch);
    keep_homeless(entry, item.patch);
    note_homeless(entry, notes);
    const xml_node times = entry.child("Times");
    item.created_ms = read_time(keepass_name(times, "CreationTime"));
    item.modified_ms = read_time(keepass_name(times, "LastModificationTime"));
    SPAREKEY_CHECK(read_history(entry, strings, file, item, notes));
    return read_attachments(entry, file, item, notes);
}

}  // namespace sparekey::cli
