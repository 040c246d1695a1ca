#include "cli/commands/commands.h"
#include "cli/commands/lockout.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

std::size_t uses(const core::Channel& channel) {
    return channel.signs_in.size() + channel.recovers.size() + channel.second_factor_of.size();
}

std::vector<core::Node> most_used_first(const core::Graph& graph) {
    std::vector<core::Node> channels = graph.channels();
    std::sort(channels.begin(), channels.end(), [&](core::Node left, core::Node right) {
        const std::size_t left_uses = uses(graph.channel(left));
        const std::size_t right_uses = uses(graph.channel(right));
        if (left_uses != right_uses) return left_uses > right_uses;
        return graph.name(left) < graph.name(right);
    });
    return channels;
}

void print_json(Output& out, const core::Graph& graph, const std::vector<core::Node>& channels) {
    JsonWriter json;
    json.begin_array();
    for (const core::Node node : channels) {
        const core::Channel& channel = graph.channel(node);
        json.begin_object()
            .field("identity", channel.name)
            .field_bool("external", channel.held_by.empty());
        write_items(json, "held_by", graph, channel.held_by);
        write_items(json, "signs_in", graph, channel.signs_in);
        write_items(json, "recovers", graph, channel.recovers);
        write_items(json, "second_factor_of", graph, channel.second_factor_of);
        json.end_object();
    }
    json.end_array();
    out.raw(json.expose());
    out.raw("\n");
}

void print_table(Output& out, const core::Graph& graph, const std::vector<core::Node>& channels) {
    const auto count = [](const std::vector<core::Node>& items) {
        return items.empty() ? std::string("-") : std::to_string(items.size());
    };
    std::vector<std::vector<std::string>> rows;
    for (const core::Node node : channels) {
        const core::Channel& channel = graph.channel(node);
        rows.push_back(
            {channel.name, count(channel.signs_in), count(channel.recovers),
             count(channel.second_factor_of),
             channel.held_by.empty() ? "outside this vault" : titles(graph, channel.held_by)});
    }
    out.table({"NAME", "SIGNS IN", "RECOVERS", "CODES FOR", "HELD BY"}, rows);
}

core::Result<void> run_identities(Session& session, const Arguments&) {
    SPAREKEY_TRY(const core::Graph graph, read_graph(session));
    const std::vector<core::Node> channels = most_used_first(graph);
    if (session.out().json()) {
        print_json(session.out(), graph, channels);
    } else {
        print_table(session.out(), graph, channels);
    }
    return {};
}

}  // namespace

CommandSpec commands::identities() {
    return {"identities",
            "the identities and devices that items are got into by, most used first",
            {},
            {},
            run_identities,
            "",
            "Items name them by --sign-in-with, --recovers-via, --identity and --second-factor."};
}

}  // namespace sparekey::cli
