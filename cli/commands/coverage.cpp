#include "core/lockout/coverage.h"

#include "cli/commands/commands.h"
#include "cli/commands/coverage_pictures.h"
#include "cli/commands/items.h"
#include "cli/commands/lockout.h"
#include "cli/counted.h"
#include "cli/formats/time_text.h"
#include "core/lockout/loss.h"

namespace sparekey::cli {
namespace {

struct Findings {
    core::Graph graph;
    core::Coverage coverage;
    std::optional<std::uint64_t> kit_proved;  // ms since 1970
};

void write_points(JsonWriter& json, const Findings& found) {
    const core::Graph& graph = found.graph;
    json.key("single_points").begin_array();
    for (const core::SinglePoint& point : found.coverage.single_points) {
        json.begin_object().field("node", graph.name(point.channel));
        write_items(json, "lost", graph, point.lost);
        write_items(json, "at_risk", graph, point.at_risk);
        json.end_object();
    }
    json.end_array().key("pairs").begin_array();
    for (const core::FatalPair& pair : found.coverage.pairs) {
        json.begin_object();
        write_texts(json, "nodes", {graph.name(pair.first), graph.name(pair.second)});
        write_items(json, "lost", graph, pair.lost);
        json.end_object();
    }
    json.end_array();
}

void write_vault(JsonWriter& json, const Findings& found) {
    json.key("vault")
        .begin_object()
        .field("lost", static_cast<std::int64_t>(found.coverage.lost_with_vault))
        .key("kit_proved");
    if (found.kit_proved) {
        json.text(format_time(*found.kit_proved));
    } else {
        json.null();
    }
    json.end_object();
}

void write_spare_keys(JsonWriter& json, const Findings& found) {
    json.key("spare_keys")
        .begin_object()
        .field_bool("exact", found.coverage.spare_keys.exact)
        .key("add")
        .begin_array();
    for (const core::SpareKey& key : found.coverage.spare_keys.add) {
        json.begin_object();
        write_item_name(json, found.graph, key.item);
        json.field("why", key.why).end_object();
    }
    json.end_array().end_object();
}

void print_json(Output& out, const Findings& found) {
    JsonWriter json;
    json.begin_object();
    write_points(json, found);
    write_items(json, "weak", found.graph, found.coverage.weak);
    write_items(json, "no_way_in", found.graph, found.coverage.no_way_in);
    write_vault(json, found);
    write_spare_keys(json, found);
    json.end_object();
    out.raw(json.expose());
    out.raw("\n");
}

using Rows = std::vector<std::vector<std::string>>;

void add_points(Rows& rows, const Findings& found) {
    const core::Graph& graph = found.graph;
    for (const core::SinglePoint& point : found.coverage.single_points) {
        std::string detail = "loses " + titles(graph, point.lost);
        if (!point.at_risk.empty()) detail += "; at risk: " + titles(graph, point.at_risk);
        rows.push_back({"single point", graph.name(point.channel), detail});
    }
    for (const core::FatalPair& pair : found.coverage.pairs) {
        rows.push_back({"pair", graph.name(pair.first) + " + " + graph.name(pair.second),
                        "loses " + titles(graph, pair.lost)});
    }
}

std::string why_closed(const core::Graph& graph, core::Node item) {
    const core::Links& links = graph.links(item);
    const bool has_ways = graph.facts(item).has_password || !links.sign_in_with.empty() ||
                          !links.recovers_via.empty();
    return has_ways ? "what gets into it leads back to it, or has no way in either"
                    : "no password, login or recovery is known";
}

void add_items(Rows& rows, const Findings& found) {
    const core::Graph& graph = found.graph;
    const core::Standing standing(graph, core::VaultIs::kept);
    for (const core::Node item : found.coverage.weak) {
        std::string ways;
        for (const std::string& way : core::open_ways(graph, item, standing)) {
            ways += (ways.empty() ? "only " : ", ") + way;
        }
        rows.push_back({"weak", graph.name(item), ways});
    }
    for (const core::Node item : found.coverage.no_way_in) {
        rows.push_back({"no way in", graph.name(item), why_closed(graph, item)});
    }
}

void print_table(Output& out, const Findings& found) {
    Rows rows;
    add_points(rows, found);
    add_items(rows, found);
    rows.push_back({"vault", "vault",
                    "loses " + counted(found.coverage.lost_with_vault, "item") +
                        (found.kit_proved ? "; kit proved " + short_time(*found.kit_proved)
                                          : "; kit never proved: sparekey kit drill")});
    for (const core::SpareKey& key : found.coverage.spare_keys.add) {
        rows.push_back({"spare key", found.graph.name(key.item), reason(found.graph, key)});
    }
    out.table({"WHAT", "NAME", "WHY"}, rows);
    const std::size_t points = found.coverage.single_points.size();
    const std::size_t keys = found.coverage.spare_keys.add.size();
    out.note(points == 0 ? "no single point of failure"
                         : counted(points, "single point") + " of failure; " +
                               counted(keys, "spare key") + " would end that" +
                               (found.coverage.spare_keys.exact ? "" : ", perhaps fewer"));
}

core::Result<void> run_coverage(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(CoveragePictures pictures, CoveragePictures::create(arguments));
    SPAREKEY_TRY(core::Graph graph, read_graph(session));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const VaultCounts counts, access->counts());
    core::Coverage coverage = core::cover(graph);
    const Findings found{std::move(graph), std::move(coverage), counts.kit_proved};
    SPAREKEY_CHECK(pictures.write(session, {found.graph, found.coverage, counts.kit_proved}));
    if (session.out().json()) {
        print_json(session.out(), found);
    } else {
        print_table(session.out(), found);
    }
    const std::size_t points = found.coverage.single_points.size();
    if (!arguments.has("--check") || points == 0) return {};
    return core::unexpected(core::ErrorCode::conflict,
                            counted(points, "single point") + " of failure",
                            "the spare keys above would end that");
}

}  // namespace

CommandSpec commands::coverage() {
    return {"coverage",
            "where a single loss locks you out, and the fewest spare keys against it",
            {},
            {{"--html", "FILE", "draw it as one page, for a browser: a new file, 0600"},
             {"--svg", "FILE", "draw it as a picture alone"},
             {"--dot", "FILE", "write it for Graphviz, and draw nothing"},
             {"--check", "", "exit 6 while there is a single point of failure"}},
            run_coverage,
            "",
            "The page and the pictures name your accounts, and hold no password. The page needs no "
            "network:\nTab and the arrow keys go from box to box and show what is lost with each."};
}

}  // namespace sparekey::cli
