#include "cli/commands/commands.h"
#include "cli/references/resolver.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_read(Session& session, const Arguments& arguments) {
    const std::string text = *arguments.positional(0);
    SPAREKEY_TRY(const Reference reference, parse_reference(text));
    Resolver resolver(session, Use::reveal);
    SPAREKEY_TRY(const core::SecretText* const value, resolver.value(text));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object()
            .field("field", reference.field)
            .field("value", value->expose())
            .end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().value(value->expose());
    }
    return resolver.handed_out();
}

}  // namespace

CommandSpec commands::read() {
    return {
        "read",
        "print the value that a secret reference names",
        {{"REFERENCE", "sparekey://VAULT/ITEM/FIELD, each part percent-encoded"}},
        {},
        run_read,
        "",
        "ITEM is an item's id or its whole title (upper and lower case are the same), FIELD as\n"
        "in sparekey get. VAULT decides which vault is opened, whatever --vault says.\n"
        "JSON: {\"field\", \"value\"}, as get QUERY FIELD."};
}

}  // namespace sparekey::cli
