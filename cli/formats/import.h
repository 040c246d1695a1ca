// Reading exports of other password managers, and our own: one reader a format, all with the same
// shape, so that the import itself (cli/commands/import.cpp) knows none of them.
//
// A reader hands one item after the other to a sink. Data that has no home in an item becomes
// custom fields; what is left out is reported. ErrorCode::usage, naming the place, for what is
// malformed.
#pragma once

#include "core/model/item.h"
#include "core/model/item_state.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sparekey::cli {

/// A larger file is refused before it is read.
inline constexpr std::uint64_t kLargestImport = std::uint64_t{1} << 30;

struct ImportedValue {
    core::FieldKey key;
    core::Value value;
    std::uint64_t at_ms = 0;
    std::optional<core::DeviceId> device = {};
    std::optional<std::uint32_t> counter = {};   // of the stamp; our own format only
    std::optional<core::SecretBytes> data = {};  // of an attachment that only the history names
};

struct ImportedAttachment {
    std::string name;
    core::SecretBytes data;
};

struct ImportedItem {
    std::string where;   // "line 12", "entry 3": for messages
    std::string source;  // the same each time for the same item, or empty
    core::ItemPatch patch;
    std::uint64_t created_ms = 0;   // 0: now
    std::uint64_t modified_ms = 0;  // 0: now
    bool trashed = false;
    std::uint64_t trashed_ms = 0;        // 0: as the last change
    std::vector<ImportedValue> history;  // newest first
    /// Of each field that had a conflict all its values, the shown one too; our own format only.
    std::vector<ImportedValue> conflicting = {};
    std::vector<ImportedAttachment> attachments;
    std::vector<std::string> without_data;  // attachments that the file only names
    std::optional<core::RecordId> id = {};  // our own format only
    std::uint64_t revision = 1;
};

/// Told how far an import is, in whatever its reader counts.
using ImportProgress = std::function<void(std::size_t done, std::size_t total)>;

struct ImportNotes {
    struct Skipped {
        std::string where;
        std::string reason;
    };
    /// A login of another provider that the item shows (cli/formats/login_habit.h).
    struct Recognised {
        std::string where;
        std::string provider;  // "google"
        std::string identity;  // what was noted; empty if the item does not say which account
    };
    std::vector<Skipped> skipped;
    std::vector<Recognised> recognised = {};
    std::map<std::string, std::size_t> unmapped;  // left out: field -> in how many items
    /// In another place than its own: "reprompt (custom field)" -> in how many items.
    std::map<std::string, std::size_t> kept = {};
    ImportProgress progress = {};

    void keep(std::string_view what, std::string_view where = "custom field");
    /// What one item's reader noted, each field once.
    void add_item(ImportNotes&& item);
    void advance(std::size_t done, std::size_t total) const {
        if (progress) progress(done, total);
    }
};

using ImportSink = std::function<core::Result<void>(ImportedItem&&)>;

struct ImportFormat {
    std::string_view name;
    std::string_view about;
    core::Result<void> (*read)(core::SecretBytes& file, const ImportSink& sink, ImportNotes& notes);
};

const std::vector<ImportFormat>& import_formats();
/// ErrorCode::usage, listing the names, for one that is not there.
core::Result<const ImportFormat*> find_import_format(std::string_view name);

/// What an item without an id of its own is known by: its title, user name and first address.
std::string source_of(const core::ItemPatch& patch);

/// Gives a title to an item that has none: the host of its first address, else its user name.
void name_untitled(core::ItemPatch& patch);

/// The time, or 0, noting `field`, if there is a text and it is no time.
std::uint64_t checked_time(std::string_view text, std::string_view field, ImportNotes& notes);
/// Notes it too.
void note_no_time(std::string_view field, ImportNotes& notes);

/// Appends to the patch's custom fields unless the value is empty.
void add_field(core::ItemPatch& patch, std::string_view name, std::string_view value, bool secret);

core::Result<void> read_own_json(core::SecretBytes&, const ImportSink&, ImportNotes&);
core::Result<void> read_bitwarden_json(core::SecretBytes&, const ImportSink&, ImportNotes&);
core::Result<void> read_bitwarden_csv(core::SecretBytes&, const ImportSink&, ImportNotes&);
core::Result<void> read_keepass_xml(core::SecretBytes&, const ImportSink&, ImportNotes&);
core::Result<void> read_keepassxc_csv(core::SecretBytes&, const ImportSink&, ImportNotes&);
core::Result<void> read_1pux(core::SecretBytes&, const ImportSink&, ImportNotes&);
core::Result<void> read_chrome_csv(core::SecretBytes&, const ImportSink&, ImportNotes&);
core::Result<void> read_firefox_csv(core::SecretBytes&, const ImportSink&, ImportNotes&);

}  // namespace sparekey::cli
