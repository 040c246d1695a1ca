#include "cli/formats/import.h"

#include "cli/formats/time_text.h"
#include "core/model/view.h"
#include "core/text/unicode.h"

namespace sparekey::cli {

const std::vector<ImportFormat>& import_formats() {
    static const std::vector<ImportFormat> formats = {
        {"json", "Sparekey's own export", read_own_json},
        {"bitwarden-json", "Bitwarden, unencrypted JSON, or ZIP with attachments",
         read_bitwarden_json},
        {"bitwarden-csv", "Bitwarden, CSV", read_bitwarden_csv},
        {"keepass-xml", "KeePass 2 and KeePassXC, XML", read_keepass_xml},
        {"keepassxc-csv", "KeePassXC, CSV", read_keepassxc_csv},
        {"1pux", "1Password, 1PUX", read_1pux},
        {"chrome-csv", "Chrome, Edge, Brave, Opera", read_chrome_csv},
        {"firefox-csv", "Firefox", read_firefox_csv},
    };
    return formats;
}

core::Result<const ImportFormat*> find_import_format(std::string_view name) {
    std::string names;
    for (const ImportFormat& format : import_formats()) {
        if (format.name == name) return &format;
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    }
    return core::unexpected(core::ErrorCode::usage,
                            "there is no import format \"" + std::string(name) + "\"",
                            "one of " + names);
}

std::string source_of(const core::ItemPatch& patch) {
    std::string source = patch.title.value_or("");
    source += '\x1f' + patch.username.value_or("");
    source += '\x1f' + (patch.urls && !patch.urls->empty() ? patch.urls->front() : "");
    return source;
}

void ImportNotes::keep(std::string_view what, std::string_view where) {
    ++kept[core::printable(what) + " (" + std::string(where) + ")"];
}

void ImportNotes::add_item(ImportNotes&& item) {
    for (const auto& [field, times] : item.unmapped) ++unmapped[field];
    for (const auto& [field, times] : item.kept) ++kept[field];
    for (Skipped& one : item.skipped) skipped.push_back(std::move(one));
}

void name_untitled(core::ItemPatch& patch) {
    if (!patch.title.value_or("").empty()) return;
    const std::string url = patch.urls && !patch.urls->empty() ? patch.urls->front() : "";
    const std::string host = core::url_host(url);
    const std::string user = patch.username.value_or("");
    patch.title = !host.empty() ? host : !url.empty() ? url : !user.empty() ? user : "Untitled";
}

void note_no_time(std::string_view field, ImportNotes& notes) {
    ++notes.unmapped[std::string(field) + " that is no time"];
}

std::uint64_t checked_time(std::string_view text, std::string_view field, ImportNotes& notes) {
    const auto time = text.empty() ? std::uint64_t{0} : parse_time(text);
    if (!time) note_no_time(field, notes);
    return time.value_or(0);
}

void add_field(core::ItemPatch& patch, std::string_view name, std::string_view value, bool secret) {
    if (value.empty()) return;
    if (!patch.fields) patch.fields.emplace();
    patch.fields->push_back(
        {name.empty() ? "field" : std::string(name), core::SecretText::copy_of(value), secret});
}

}  // namespace sparekey::cli
