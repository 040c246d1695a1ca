// What the commands of the lockout graph share: reading it, and naming its items.
#pragma once

#include "cli/session.h"
#include "core/lockout/graph.h"
#include "core/lockout/spare_keys.h"

namespace sparekey::cli {

core::Result<core::Graph> read_graph(Session& session);

/// `"key":[{"id","title"}…]`
void write_items(JsonWriter& json, std::string_view key, const core::Graph& graph,
                 const std::vector<core::Node>& items);
/// `"id":…,"title":…`, of an object that has more.
void write_item_name(JsonWriter& json, const core::Graph& graph, core::Node item);

/// `"key":["…"]`
void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts);

/// "Mail, Forum, Shop and 5 more": for a table.
std::string titles(const core::Graph& graph, const std::vector<core::Node>& items);

/// Why a spare key is proposed; and by what, where a password is there already.
std::string reason(const core::Graph& graph, const core::SpareKey& key);

}  // namespace sparekey::cli
