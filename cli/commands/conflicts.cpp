#include "cli/commands/commands.h"
#include "cli/commands/fields.h"
#include "cli/commands/items.h"
#include "cli/counted.h"
#include "cli/formats/time_text.h"
#include "core/model/conflict_label.h"
#include "core/model/view.h"

namespace sparekey::cli {
namespace {

constexpr std::size_t kShortHash = 8;  // hexadecimal digits

std::string_view text_of(const core::Dot& dot) {
    return dot.value.text.expose();
}

/// Of an attachment nobody reads the manifest: "4 bytes, SHA-256 1ced1198…".
std::optional<std::string> file_words(const core::FieldKey& key, const core::Dot& dot) {
    if (key.kind != core::FieldKind::attachment) return std::nullopt;
    const auto manifest = core::parse_manifest(key.name, text_of(dot));
    if (!manifest) return std::nullopt;
    return counted(manifest->size, "byte") + ", SHA-256 " +
           core::to_hex(manifest->sha256).substr(0, kShortHash) + "…";
}

void write_value(JsonWriter& json, std::string_view name, const core::FieldKey& key,
                 const core::Dot& dot) {
    const std::optional<std::string> file = file_words(key, dot);
    json.key(name)
        .begin_object()
        .field("value", file ? std::string_view(*file) : text_of(dot))
        .field("at", format_time(dot.stamp.at.wall_ms))
        .field("device", dot.stamp.device.text())
        .end_object();
}

std::string cell(const core::FieldKey& key, const core::Dot& dot) {
    return file_words(key, dot).value_or(std::string(text_of(dot)));
}

void print_json(Session& session, const std::vector<ItemConflicts>& listed) {
    JsonWriter json;
    json.begin_array();
    for (const ItemConflicts& one : listed) {
        for (const core::Conflict& conflict : one.conflicts) {
            for (const core::Dot& other : conflict.others) {
                json.begin_object()
                    .field("id", one.id.text())
                    .field("title", one.title)
                    .field("field", core::conflict_label(conflict.key));
                write_value(json, "current", conflict.key, conflict.current);
                write_value(json, "other", conflict.key, other);
                json.end_object();
            }
        }
    }
    json.end_array();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

void print_table(Session& session, const std::vector<ItemConflicts>& listed) {
    std::vector<std::vector<std::string>> rows;
    for (const ItemConflicts& one : listed) {
        for (const core::Conflict& conflict : one.conflicts) {
            for (const core::Dot& other : conflict.others) {
                rows.push_back({one.title, core::conflict_label(conflict.key),
                                cell(conflict.key, conflict.current), cell(conflict.key, other),
                                short_time(other.stamp.at.wall_ms)});
            }
        }
    }
    session.out().table({"TITLE", "FIELD", "CURRENT", "OTHER", "OTHER SET AT"}, rows);
}

core::Result<void> settle(Session& session, VaultAccess& access, const Arguments& arguments) {
    const auto query = arguments.positional(1);
    const auto field = arguments.positional(2);
    const std::string keep = arguments.value("--keep").value_or("");
    if (!query || !field || (keep != "current" && keep != "other")) {
        return core::unexpected(core::ErrorCode::usage, "resolve wants an item, a field and --keep",
                                "sparekey conflicts resolve QUERY FIELD --keep current|other");
    }
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *query));
    SPAREKEY_TRY(
        const core::Item item,
        access.resolve(id, *field, keep == "current" ? core::Keep::current : core::Keep::other));
    report_item(
        session, item,
        in_quotes(item.title) + ": " + *field + " is settled; the other value is in its history");
    return {};
}

core::Result<void> run_conflicts(Session& session, const Arguments& arguments) {
    const std::string action = arguments.positional(0).value_or("list");
    if (action != "list" && action != "resolve") {
        return core::unexpected(core::ErrorCode::usage,
                                "conflicts does not know \"" + action + "\"",
                                "sparekey conflicts [resolve QUERY FIELD --keep current|other]");
    }
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    if (action == "resolve") return settle(session, *access, arguments);
    SPAREKEY_TRY(const std::vector<ItemConflicts> listed,
                 access->conflicts(tabled_values(session, arguments)));
    if (session.out().json()) {
        print_json(session, listed);
    } else {
        print_table(session, listed);
    }
    return {};
}

}  // namespace

CommandSpec commands::conflicts() {
    return {
        "conflicts",
        "fields that were changed differently on two devices",
        {{"[resolve]", "settle one", false},
         {"[QUERY]", "the item", false},
         {"[FIELD]", "the field", false}},
        {{"--keep", "current|other", "which value stays; the other goes to the history"},
         {"--reveal", "", "show secret values"}},
        run_conflicts,
        "",
        "An attached file is the field attachments/NAME. `sparekey attachment QUERY NAME` writes "
        "the\ncurrent one. To look at the other: --keep other, and the same again; the one that "
        "was current\nis then attachment@1 of `sparekey history QUERY`, which can --revert to it."};
}

}  // namespace sparekey::cli
