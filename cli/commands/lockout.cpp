#include "cli/commands/lockout.h"

namespace sparekey::cli {

core::Result<core::Graph> read_graph(Session& session) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(std::vector<core::Facts> facts, access->facts());
    return core::Graph(std::move(facts));
}

void write_item_name(JsonWriter& json, const core::Graph& graph, core::Node item) {
    json.field("id", graph.facts(item).id.text()).field("title", graph.name(item));
}

void write_items(JsonWriter& json, std::string_view key, const core::Graph& graph,
                 const std::vector<core::Node>& items) {
    json.key(key).begin_array();
    for (const core::Node item : items) {
        json.begin_object();
        write_item_name(json, graph, item);
        json.end_object();
    }
    json.end_array();
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
    json.key(key).begin_array();
    for (const std::string& text : texts) json.text(text);
    json.end_array();
}

std::string titles(const core::Graph& graph, const std::vector<core::Node>& items) {
    constexpr std::size_t kMost = 5;
    // One more takes no more room than to say that there is one more.
    const std::size_t named = items.size() > kMost + 1 ? kMost : items.size();
    std::string text;
    for (std::size_t i = 0; i < named; ++i) text += (i == 0 ? "" : ", ") + graph.name(items[i]);
    if (named < items.size()) text += " and " + std::to_string(items.size() - named) + " more";
    return text;
}

std::string reason(const core::Graph& graph, const core::SpareKey& key) {
    return key.why + (graph.facts(key.item).has_password ? " (recovery codes)" : "");
}

}  // namespace sparekey::cli
