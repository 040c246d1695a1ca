#include "cli/commands/commands.h"
#include "cli/commands/items.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_attachments(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const core::Item item, access->item(id, core::Values::concealed));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_array();
        for (const core::Attachment& attachment : item.attachments) {
            json.begin_object()
                .field("name", attachment.name)
                .field("size", static_cast<std::int64_t>(attachment.size))
                .field("sha256", core::to_hex(attachment.sha256))
                .end_object();
        }
        json.end_array();
        session.out().raw(json.expose());
        session.out().raw("\n");
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const core::Attachment& attachment : item.attachments) {
        rows.push_back({attachment.name, std::to_string(attachment.size)});
    }
    session.out().table({"NAME", "BYTES"}, rows);
    return {};
}

}  // namespace

CommandSpec commands::attachments() {
    return {"attachments",
            "list the files attached to an item",
            {{"QUERY", "the item"}},
            {},
            run_attachments};
}

}  // namespace sparekey::cli
