#include "cli/commands/commands.h"
#include "cli/commands/fields.h"
#include "cli/commands/items.h"
#include "cli/formats/time_text.h"

namespace sparekey::cli {
namespace {

struct Listed {
    core::RecordId id;
    std::string title;
    std::vector<core::Conflict> conflicts;
};

core::Result<std::vector<Listed>> all_conflicts(core::Vault& vault) {
    std::vector<Listed> listed;
    vault.store().each_index_row(core::Shelf::both, [&](const core::IndexRow& row) {
        if (row.summary.conflicts > 0) listed.push_back({row.id, row.summary.title, {}});
        return true;
    });
    for (Listed& one : listed) {
        SPAREKEY_TRY(one.conflicts, vault.conflicts(one.id));
    }
    return listed;
}

std::string_view text_of(const core::Dot& dot) {
    return dot.value.text.expose();
}

void write_value(JsonWriter& json, std::string_view name, const core::Dot& dot) {
    json.key(name)
        .begin_object()
        .field("value", text_of(dot))
        .field("at", format_time(dot.stamp.at.wall_ms))
        .field("device", dot.stamp.device.text())
        .end_object();
}

void print_json(Session& session, const std::vector<Listed>& listed) {
    JsonWriter json;
    json.begin_array();
    for (const Listed& one : listed) {
        for (const core::Conflict& conflict : one.conflicts) {
            for (const core::Dot& other : conflict.others) {
                json.begin_object()
                    .field("id", one.id.text())
                    .field("title", one.title)
                    .field("field", core::field_label(conflict.key));
                write_value(json, "current", conflict.current);
                write_value(json, "other", other);
                json.end_object();
            }
        }
    }
    json.end_array();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

void print_table(Session& session, const std::vector<Listed>& listed, bool reveal) {
    std::vector<std::vector<std::string>> rows;
    for (const Listed& one : listed) {
        for (const core::Conflict& conflict : one.conflicts) {
            const auto shown = [&](const core::Dot& dot) {
                const bool conceal =
                    session.out().conceal() && !reveal && core::is_secret(conflict.key, dot.value);
                return std::string(conceal ? kConcealed : text_of(dot));
            };
            for (const core::Dot& other : conflict.others) {
                rows.push_back({one.title, core::field_label(conflict.key), shown(conflict.current),
                                shown(other), short_time(other.stamp.at.wall_ms)});
            }
        }
    }
    session.out().table({"TITLE", "FIELD", "CURRENT", "OTHER", "OTHER SET AT"}, rows);
}

core::Result<void> settle(Session& session, core::Vault& vault, const Arguments& arguments) {
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
        vault.resolve(id, *field, keep == "current" ? core::Keep::current : core::Keep::other));
    report_item(session, item, quoted(item.title) + ": " + *field + " is settled");
    return {};
}

core::Result<void> run(Session& session, const Arguments& arguments) {
    const std::string action = arguments.positional(0).value_or("list");
    if (action != "list" && action != "resolve") {
        return core::unexpected(core::ErrorCode::usage,
                                "conflicts does not know \"" + action + "\"",
                                "sparekey conflicts [resolve QUERY FIELD --keep current|other]");
    }
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    if (action == "resolve") return settle(session, *vault, arguments);
    SPAREKEY_TRY(const std::vector<Listed> listed, all_conflicts(*vault));
    if (session.out().json()) {
        print_json(session, listed);
    } else {
        print_table(session, listed, arguments.has("--reveal"));
    }
    return {};
}

}  // namespace

CommandSpec commands::conflicts() {
    return {"conflicts",
            "fields that were changed differently on two devices",
            {{"[resolve]", "settle one", false},
             {"[QUERY]", "the item", false},
             {"[FIELD]", "the field", false}},
            {{"--keep", "current|other", "which value stays; the other goes to the history"},
             {"--reveal", "", "show secret values on a terminal too"}},
            run};
}

}  // namespace sparekey::cli
