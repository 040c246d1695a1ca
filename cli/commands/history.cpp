#include "cli/commands/commands.h"
#include "cli/commands/fields.h"
#include "cli/commands/items.h"
#include "cli/formats/time_text.h"
#include "core/text/number.h"

namespace sparekey::cli {
namespace {

struct ValueReference {
    std::string field;
    std::uint32_t n = 0;
};

/// FIELD@N, N ≥ 1.
core::Result<ValueReference> parse_value_reference(std::string_view text) {
    const auto at = text.rfind('@');
    ValueReference reference;
    if (at != std::string_view::npos && at > 0) {
        reference.field = std::string(text.substr(0, at));
        reference.n = core::whole_number<std::uint32_t>(text.substr(at + 1)).value_or(0);
        if (reference.n >= 1) return reference;
    }
    return core::unexpected(core::ErrorCode::usage, "--revert wants FIELD@N",
                            "password@1 is the password before the current one");
}

void print_json(Session& session, const std::vector<core::HistoryLine>& lines) {
    JsonWriter json;
    json.begin_array();
    for (const core::HistoryLine& line : lines) {
        const core::Dot& dot = line.entry.dot;
        json.begin_object()
            .field("n", static_cast<std::int64_t>(line.n))
            .field("field", core::field_label(line.entry.key))
            .field("value", core::history_text(line.entry))
            .field("at", format_time(dot.stamp.at.wall_ms))
            .field("device", dot.stamp.device.text())
            .end_object();
    }
    json.end_array();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

void print_table(Session& session, const std::vector<core::HistoryLine>& lines) {
    std::vector<std::vector<std::string>> rows;
    for (const core::HistoryLine& line : lines) {
        rows.push_back({core::field_label(line.entry.key) + "@" + std::to_string(line.n),
                        std::string(core::history_text(line.entry)),
                        short_time(line.entry.dot.stamp.at.wall_ms)});
    }
    session.out().table({"FIELD", "VALUE", "SET AT"}, rows);
}

core::Result<void> run_history(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    if (const auto wanted = arguments.value("--revert")) {
        SPAREKEY_TRY(const ValueReference reference, parse_value_reference(*wanted));
        SPAREKEY_TRY(const core::Item item, access->revert(id, reference.field, reference.n));
        report_item(session, item, in_quotes(item.title) + ": " + *wanted + " is current again");
        return {};
    }
    SPAREKEY_TRY(const std::vector<core::HistoryLine> lines,
                 access->history(id, tabled_values(session, arguments)));
    if (session.out().json()) {
        print_json(session, lines);
    } else {
        print_table(session, lines);
    }
    return {};
}

}  // namespace

CommandSpec commands::history() {
    return {"history",
            "every replaced value of an item, newest first",
            {{"QUERY", "the item"}},
            {{"--revert", "FIELD@N", "make an old value the current one"},
             {"--reveal", "", "show secret values"}},
            run_history};
}

}  // namespace sparekey::cli
