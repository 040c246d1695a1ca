#include "cli/commands/items.h"

#include "cli/formats/item_json.h"
#include "cli/formats/time_text.h"
#include "core/text/unicode.h"

namespace sparekey::cli {

core::Result<core::RecordId> find_item(Session& session, std::string_view query,
                                       core::Shelf shelf) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    return access->find_item(query, shelf);
}

core::Values shown_values(Session& session, const Arguments& arguments) {
    const bool plain =
        session.out().json() || arguments.has("--reveal") || !session.out().conceal();
    return plain ? core::Values::plain : core::Values::concealed;
}

core::Values tabled_values(Session& session, const Arguments& arguments) {
    const bool plain = session.out().json() || arguments.has("--reveal");
    return plain ? core::Values::plain : core::Values::concealed;
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

std::string in_quotes(std::string_view title) {
    return "\"" + core::printable(title) + "\"";
}

std::string short_time(std::uint64_t ms) {
    std::string text = format_time(ms);
    text[10] = ' ';
    return text.substr(0, 16);
}

}  // namespace sparekey::cli
