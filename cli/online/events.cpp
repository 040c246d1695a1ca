#include "cli/online/events.h"

namespace sparekey::cli::online {

void tell(Session& session, std::string_view event, EventFields fields, std::string_view text) {
    if (!session.out().json()) {
        session.out().value(text);
        return;
    }
    JsonWriter json;
    json.begin_object().field("event", event);
    for (const auto& [name, value] : fields) {
        if (!value.empty()) json.field(name, value);
    }
    json.end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

}  // namespace sparekey::cli::online
