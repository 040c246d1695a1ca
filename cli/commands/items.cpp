#include "cli/commands/items.h"

#include "cli/formats/item_json.h"
#include "cli/formats/time_text.h"
#include "core/text/unicode.h"

namespace sparekey::cli {

core::Result<core::RecordId> find_item(Session& session, std::string_view query,
                                       core::Shelf shelf) {
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    auto found = core::resolve_query(vault->store(), query, shelf);
    // An entry that was put back must not lead to another item, nor to none.
    if (found) {
        const auto row = vault->store().index_row(*found);
        if (row) SPAREKEY_CHECK(folder->store().check_rows({&*row, 1}));
        if (row && shelf == core::Shelf::trash && !row->summary.deleted) {
            return core::unexpected(core::ErrorCode::not_found,
                                    quoted(row->summary.title) + " is not in the trash");
        }
    } else {
        SPAREKEY_CHECK(folder->store().check_index());
    }
    return found;
}

void report_item(Session& session, const core::Item& item, const std::string& text) {
    if (!session.out().json()) {
        session.out().note(text);
        return;
    }
    JsonWriter json;
    write_item(json, item, Secrets::without);
    session.out().raw(json.expose());
    session.out().raw("\n");
}

std::string quoted(std::string_view title) {
    return "\"" + core::printable(title) + "\"";
}

std::string short_time(std::uint64_t ms) {
    std::string text = format_time(ms);
    text[10] = ' ';
    return text.substr(0, 16);
}

}  // namespace sparekey::cli
