#include "cli/commands/commands.h"
#include "cli/commands/lockout.h"
#include "cli/counted.h"
#include "core/lockout/loss.h"

namespace sparekey::cli {
namespace {

using core::Affected;

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : std::string(between)) + text;
    return all;
}

void write_hits(JsonWriter& json, std::string_view key, const core::Graph& graph,
                const std::vector<Affected>& hits, bool with_left) {
    json.key(key).begin_array();
    for (const Affected& hit : hits) {
        json.begin_object();
        write_item_name(json, graph, hit.item);
        json.key("chains").begin_array();
        for (const core::Chain& chain : hit.chains) {
            json.begin_array();
            for (const std::string& name : chain) json.text(name);
            json.end_array();
        }
        json.end_array();
        if (with_left) write_texts(json, "left", hit.left);
        json.end_object();
    }
    json.end_array();
}

void print_json(Output& out, const core::Graph& graph, const core::LossReport& report) {
    JsonWriter json;
    json.begin_object();
    write_texts(json, "losing", report.losing);
    write_texts(json, "unknown", report.unknown);
    write_hits(json, "lost", graph, report.lost, false);
    write_hits(json, "at_risk", graph, report.at_risk, true);
    json.field("safe", static_cast<std::int64_t>(report.safe))
        .field("no_way_in", static_cast<std::int64_t>(report.no_way_in))
        .end_object();
    out.raw(json.expose());
    out.raw("\n");
}

/// A row for each way in that fell.
void print_table(Output& out, const core::Graph& graph, const core::LossReport& report) {
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const char* fate, const std::vector<Affected>& hits) {
        for (const Affected& hit : hits) {
            const std::string left = joined(hit.left, ", ");
            for (const core::Chain& chain : hit.chains) {
                rows.push_back({fate, graph.name(hit.item), joined(chain, " > "), left});
            }
        }
    };
    add("lost", report.lost);
    add("at risk", report.at_risk);
    if (!rows.empty()) out.table({"FATE", "ITEM", "BECAUSE", "WHAT IS LEFT"}, rows);
    out.note(counted(report.lost.size(), "item") + " lost, " +
             std::to_string(report.at_risk.size()) + " at risk, " + std::to_string(report.safe) +
             " safe, " + std::to_string(report.no_way_in) + " without a way in before");
}

core::Unexpected nothing_names(const std::vector<std::string>& unknown) {
    return core::unexpected(core::ErrorCode::not_found, "no item names " + joined(unknown, ", "),
                            "sparekey identities lists what items name");
}

core::Result<void> run_lose(Session& session, const Arguments& arguments) {
    std::vector<std::string> asked;
    for (const std::string& text : arguments.positional()) {
        SPAREKEY_TRY(std::string name, core::parse_lost(text));
        asked.push_back(std::move(name));
    }
    SPAREKEY_TRY(const core::Graph graph, read_graph(session));
    const core::LossReport report = core::lose(graph, asked);
    const bool all_unknown = report.unknown.size() == report.losing.size();
    if (session.out().json()) {
        print_json(session.out(), graph, report);
    } else if (!all_unknown) {
        if (!report.unknown.empty()) {
            session.out().warn("no item names " + joined(report.unknown, ", "));
        }
        print_table(session.out(), graph, report);
    }
    if (all_unknown) return nothing_names(report.unknown);
    return {};
}

}  // namespace

CommandSpec commands::lose() {
    return {
        "lose",
        "what is lost, at risk and safe without these identities and devices",
        {{"ID", "google:alice@gmail.com, email:…, phone:+49…, device:pixel, or vault", true, true}},
        {},
        run_lose,
        "",
        "Several are one loss. vault is every copy of this vault and its Emergency Kit.\n"
        "lost: no way in is left; at risk: only recovery is, or a password with a single second\n"
        "factor outside of the vault; safe: all others."};
}

}  // namespace sparekey::cli
