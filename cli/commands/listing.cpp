#include "cli/commands/listing.h"

#include "cli/formats/item_json.h"

namespace sparekey::cli {
namespace {

void write_row(JsonWriter& json, const core::IndexRow& row) {
    core::Item item;
    item.id = row.id;
    item.type = row.summary.type;
    item.title = row.summary.title;
    item.username = row.summary.username;
    item.urls = row.summary.urls;
    item.tags = row.summary.tags;
    item.favorite = row.summary.favorite;
    item.created_ms = row.summary.created_ms;
    item.modified_ms = row.summary.modified_ms;
    item.revision = row.revision;
    item.deleted = row.summary.deleted;
    item.conflicts = row.summary.conflicts;
    write_summary(json, item);
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

}  // namespace

void print_rows(Session& session, const std::vector<core::IndexRow>& rows) {
    Output& out = session.out();
    if (out.json()) {
        JsonWriter json;
        json.begin_array();
        for (const core::IndexRow& row : rows) {
            write_row(json, row);
            // Large vaults are written piece by piece.
            if (json.expose().size() > 64 * 1024) out.raw(json.drain().expose());
        }
        json.end_array();
        out.raw(json.expose());
        out.raw("\n");
        return;
    }
    std::vector<std::vector<std::string>> lines;
    lines.reserve(rows.size());
    for (const core::IndexRow& row : rows) {
        const core::Summary& summary = row.summary;
        const std::string host = summary.urls.empty() ? "" : core::url_host(summary.urls.front());
        lines.push_back({summary.title, summary.username, host, joined(summary.tags),
                         std::string(core::type_name(summary.type)), row.id.text()});
    }
    out.table({"TITLE", "USER NAME", "HOST", "TAGS", "TYPE", "ID"}, lines);
}

}  // namespace sparekey::cli
