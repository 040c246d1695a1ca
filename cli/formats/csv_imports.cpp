// The CSV exports of Bitwarden, KeePassXC, Chrome and its kin, and Firefox.
#include "cli/formats/csv.h"
#include "cli/formats/import.h"
#include "cli/formats/time_text.h"
#include "core/crypto/hash.h"
#include "core/text/number.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

using core::SecretText;

std::string_view text(const core::SecretBytes& file) {
    return core::text_of(file.expose());
}

ImportedItem start(const CsvReader& row) {
    ImportedItem item;
    item.where = "line " + std::to_string(row.line());
    return item;
}

void set_login(core::ItemPatch& patch, std::string_view username, std::string_view password) {
    if (!username.empty()) patch.username = std::string(username);
    if (!password.empty()) patch.password = SecretText::copy_of(password);
}

void set_url(core::ItemPatch& patch, std::string_view url) {
    if (!url.empty()) patch.urls = std::vector<std::string>{std::string(url)};
}

/// Columns that this reader does not know become secret custom fields, and are reported.
void keep_unknown(const CsvReader& row, const std::vector<std::string_view>& known,
                  core::ItemPatch& patch, ImportNotes& notes) {
    for (std::size_t i = 0; i < row.filled(); ++i) {
        if (row.cell(i).empty()) continue;
        const std::string& column = row.column(i);
        const bool is_known = std::any_of(known.begin(), known.end(), [&](std::string_view name) {
            return core::fold(name) == column;
        });
        if (is_known) continue;
        add_field(patch, column, row.cell(i), true);
        notes.keep(column);
    }
}

/// A column that has no place of its own, as a field.
void keep_cell(const CsvReader& row, std::string_view column, core::ItemPatch& patch,
               ImportNotes& notes) {
    if (row.cell(column).empty()) return;
    add_field(patch, column, row.cell(column), false);
    notes.keep(column);
}

using RowReader = core::Result<void> (*)(const CsvReader&, const ImportSink&, ImportNotes&);

/// A row that is wholly the same as an earlier one is no item of its own.
core::Result<void> each_row(const core::SecretBytes& file,
                            const std::vector<std::string_view>& required, const ImportSink& sink,
                            ImportNotes& notes, RowReader read) {
    SPAREKEY_TRY(CsvReader rows, CsvReader::open(text(file), required));
    std::map<core::Hash, std::size_t> lines;
    for (;;) {
        SPAREKEY_TRY(const bool present, rows.next());
        if (!present) return {};
        notes.advance(file.size() - rows.left(), file.size());
        const auto [earlier, is_new] = lines.emplace(rows.digest(), rows.line());
        if (is_new) {
            SPAREKEY_CHECK(read(rows, sink, notes));
        } else {
            notes.skipped.push_back({"line " + std::to_string(rows.line()),
                                     "the same as line " + std::to_string(earlier->second)});
        }
    }
}

/// This format does not say which fields were hidden.
bool looks_secret(std::string_view name) {
    constexpr std::array<std::string_view, 14> kWords = {"pass", "pin", "secret", "token", "key",
                                                         "code", "cvv", "cvc",    "puk",   "seed",
                                                         "otp",  "ssn", "iban",   "answer"};
    const std::string folded = core::fold(name);
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return folded.find(word) != std::string::npos;
    });
}

/// "name: value" lines, split at the last ": ", as Bitwarden writes them.
void add_bitwarden_fields(core::ItemPatch& patch, std::string_view lines) {
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        std::string_view line = lines.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto colon = line.rfind(": ");
        if (colon == std::string_view::npos) {
            add_field(patch, "field", line, true);
        } else {
            const std::string_view name = line.substr(0, colon);
            add_field(patch, name, line.substr(colon + 2), looks_secret(name));
        }
        if (end == std::string_view::npos) break;
        lines.remove_prefix(end + 1);
    }
}

/// Several addresses are joined by commas within the cell; one with a comma of its own is quoted.
std::vector<std::string> split_urls(std::string_view joined) {
    std::vector<std::string> urls(1);
    bool quoted = false;
    for (const char c : joined) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            urls.emplace_back();
        } else {
            urls.back() += c;
        }
    }
    std::erase(urls, std::string());
    return urls;
}

core::Result<void> bitwarden_row(const CsvReader& row, const ImportSink& sink, ImportNotes& notes) {
    ImportedItem item = start(row);
    core::ItemPatch& patch = item.patch;
    const std::string_view type = row.cell("type");
    patch.type = type == "note" ? core::ItemType::note : core::ItemType::login;
    if (type != "note" && type != "login") keep_cell(row, "type", patch, notes);
    patch.urls = split_urls(row.cell("login_uri"));
    patch.title = std::string(row.cell("name"));
    set_login(patch, row.cell("login_username"), row.cell("login_password"));
    if (!row.cell("login_totp").empty()) patch.totp = SecretText::copy_of(row.cell("login_totp"));
    if (!row.cell("notes").empty()) patch.notes = SecretText::copy_of(row.cell("notes"));
    patch.favorite = row.cell("favorite") == "1";
    patch.tags.emplace();
    for (const std::string_view column : {"folder", "collections"}) {
        if (!row.cell(column).empty()) patch.tags->emplace_back(row.cell(column));
    }
    add_bitwarden_fields(patch, row.cell("fields"));
    if (row.cell("reprompt") != "0") keep_cell(row, "reprompt", patch, notes);
    keep_unknown(row,
                 {"folder", "collections", "favorite", "type", "name", "notes", "fields",
                  "reprompt", "login_uri", "login_username", "login_password", "login_totp"},
                 patch, notes);
    name_untitled(patch);
    item.source = source_of(patch);
    return sink(std::move(item));
}

/// "Root/Private/Mail" -> "Private/Mail".
std::string group_tag(std::string_view group) {
    const auto slash = group.find('/');
    return slash == std::string_view::npos ? std::string() : std::string(group.substr(slash + 1));
}

core::Result<void> keepassxc_row(const CsvReader& row, const ImportSink& sink, ImportNotes& notes) {
    ImportedItem item = start(row);
    core::ItemPatch& patch = item.patch;
    const std::string tag = group_tag(row.cell("Group"));
    set_url(patch, row.cell("URL"));
    patch.title = std::string(row.cell("Title"));
    set_login(patch, row.cell("Username"), row.cell("Password"));
    if (!row.cell("TOTP").empty()) patch.totp = SecretText::copy_of(row.cell("TOTP"));
    if (!row.cell("Notes").empty()) patch.notes = SecretText::copy_of(row.cell("Notes"));
    if (!tag.empty()) patch.tags = std::vector<std::string>{tag};
    // In an export by a KeePassXC of another language the bin is a group like any other: a guess by
    // its name could put live items into the trash.
    item.trashed = tag == "Recycle Bin" || tag.starts_with("Recycle Bin/");
    item.created_ms = checked_time(row.cell("Created"), "Created", notes);
    item.modified_ms = checked_time(row.cell("Last Modified"), "Last Modified", notes);
    if (row.cell("Icon") != "0" && !row.cell("Icon").empty()) ++notes.unmapped["Icon"];
    keep_unknown(row,
                 {"Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon",
                  "Last Modified", "Created"},
                 patch, notes);
    name_untitled(patch);
    item.source = source_of(patch) + '\x1f' + std::string(row.cell("Group"));
    return sink(std::move(item));
}

core::Result<void> chrome_row(const CsvReader& row, const ImportSink& sink, ImportNotes& notes) {
    ImportedItem item = start(row);
    core::ItemPatch& patch = item.patch;
    set_url(patch, row.cell("url"));
    patch.title = std::string(row.cell("name"));
    set_login(patch, row.cell("username"), row.cell("password"));
    const std::string_view note = row.cell("note").empty() ? row.cell("notes") : row.cell("note");
    if (!note.empty()) patch.notes = SecretText::copy_of(note);
    keep_unknown(row, {"name", "url", "username", "password", "note", "notes"}, patch, notes);
    name_untitled(patch);
    item.source = source_of(patch);
    return sink(std::move(item));
}

/// A cell of ms since 1970; 0 if it is empty or, noted, no time.
std::uint64_t epoch_ms(const CsvReader& row, std::string_view column, ImportNotes& notes) {
    const std::string_view cell = row.cell(column);
    if (cell.empty()) return 0;
    const auto time = core::whole_number<std::uint64_t>(cell, 0, core::kLatestTimeMs);
    if (time) return *time;
    note_no_time(column, notes);
    return 0;
}

core::Result<void> firefox_row(const CsvReader& row, const ImportSink& sink, ImportNotes& notes) {
    ImportedItem item = start(row);
    if (row.cell("url").starts_with("chrome://FirefoxAccounts")) {
        notes.skipped.push_back({item.where, "Firefox's own account, not a login"});
        return {};
    }
    core::ItemPatch& patch = item.patch;
    set_url(patch, row.cell("url"));
    set_login(patch, row.cell("username"), row.cell("password"));
    add_field(patch, "httpRealm", row.cell("httpRealm"), false);
    if (row.cell("formActionOrigin") != row.cell("url")) {
        add_field(patch, "formActionOrigin", row.cell("formActionOrigin"), false);
    }
    item.created_ms = epoch_ms(row, "timeCreated", notes);
    item.modified_ms = epoch_ms(row, "timePasswordChanged", notes);
    if (const std::uint64_t used = epoch_ms(row, "timeLastUsed", notes); used > 0) {
        add_field(patch, "timeLastUsed", format_time(used), false);
        notes.keep("timeLastUsed");
    }
    keep_unknown(row,
                 {"url", "username", "password", "httpRealm", "formActionOrigin", "guid",
                  "timeCreated", "timeLastUsed", "timePasswordChanged"},
                 patch, notes);
    name_untitled(patch);
    item.source = row.cell("guid").empty() ? source_of(patch) : std::string(row.cell("guid"));
    return sink(std::move(item));
}

}  // namespace

core::Result<void> read_bitwarden_csv(core::SecretBytes& file, const ImportSink& sink,
                                      ImportNotes& notes) {
    return each_row(file, {"type", "name", "login_uri", "login_username", "login_password"}, sink,
                    notes, bitwarden_row);
}

core::Result<void> read_keepassxc_csv(core::SecretBytes& file, const ImportSink& sink,
                                      ImportNotes& notes) {
    return each_row(file, {"Group", "Title", "Username", "Password", "URL"}, sink, notes,
                    keepassxc_row);
}

core::Result<void> read_chrome_csv(core::SecretBytes& file, const ImportSink& sink,
                                   ImportNotes& notes) {
    return each_row(file, {"name", "url", "username", "password"}, sink, notes, chrome_row);
}

core::Result<void> read_firefox_csv(core::SecretBytes& file, const ImportSink& sink,
                                    ImportNotes& notes) {
    return each_row(file, {"url", "username", "password"}, sink, notes, firefox_row);
}

}  // namespace sparekey::cli
