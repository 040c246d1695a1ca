#include "sync/server/pages/account_page.h"

#include "sync/server/accounts/enrolments.h"
#include "sync/server/accounts/json_answers.h"

namespace sparekey::sync {
namespace {

Markup cell(const Markup& content) {
    return "<td>" + content + "</td>";
}

Markup table(const Markup& head, const Markup& rows) {
    return "<table><thead><tr>" + head + "</tr></thead><tbody>" + rows + "</tbody></table>";
}

Markup size_text(std::uint64_t bytes) {
    if (bytes < 1024) return escape(std::to_string(bytes) + " B");
    if (bytes < (1U << 20)) return escape(std::to_string(bytes / 1024) + " KiB");
    return escape(std::to_string(bytes >> 20) + " MiB");
}

Markup identity_rows(const AccountView& view) {
    Markup rows;
    for (const Identity& identity : view.identities) {
        const Markup unlink = "<form method=\"post\" action=\"/account/unlink\">" +
                              token_field(view.form_token) +
                              "<input type=\"hidden\" name=\"identity\" value=\"" +
                              escape(identity_name(identity.provider, identity.key)) +
                              "\"><button class=\"quiet\">Unlink</button></form>";
        rows += "<tr>" + cell(escape(identity.display)) + cell(escape(identity.provider)) +
                cell(escape(time_text(identity.last_login_ms))) +
                cell(view.identities.size() > 1 ? unlink : Markup("the only one")) + "</tr>";
    }
    return rows;
}

Markup device_rows(const AccountView& view) {
    Markup rows;
    for (const Device& device : view.devices) {
        const Markup state = device.revoked_ms ? "removed " + escape(time_text(*device.revoked_ms))
                                               : escape(time_text(device.last_seen_ms));
        rows += "<tr>" + cell("<code>" + escape(device.id.text()) + "</code>") +
                cell(escape(time_text(device.added_ms))) + cell(state) + "</tr>";
    }
    return rows;
}

Markup audit_rows(const AccountView& view) {
    Markup rows;
    for (const AuditLine& line : view.audit) {
        rows += "<tr>" + cell(escape(time_text(line.entry.at_ms))) +
                cell(escape(line.entry.action)) + cell(escape(line.entry.actor)) +
                cell(escape(line.entry.address)) + "</tr>";
    }
    return rows;
}

}  // namespace

Page account_page(const AccountView& view) {
    Markup main;
    if (!view.notice.empty()) main += "<p class=\"alarm\" role=\"alert\">" + view.notice + "</p>";
    main += "<dl><dt>Account</dt><dd><code>" + escape(view.account.id.text()) +
            "</code></dd><dt>Kept here</dt><dd>" +
            escape(std::to_string(view.account.usage.records)) + " sealed records, " +
            size_text(view.account.usage.bytes) + "</dd></dl>";
    main += "<h2>Logins</h2>" +
            table("<th>Name</th><th>Provider</th><th>Last used</th><th></th>", identity_rows(view));
    main +=
        "<h2>Devices</h2><p class=\"soft\">Their names are sealed; <code>sparekey devices</code> "
        "shows them, and removes one.</p>" +
        table("<th>Id</th><th>Added</th><th>Last seen</th>", device_rows(view));
    main += "<h2>Log</h2>" +
            table("<th>When</th><th>What</th><th>Who</th><th>From</th>", audit_rows(view));
    main += "<form method=\"post\" action=\"/account/close\">" + token_field(view.form_token) +
            "<div class=\"row\"><button>Close this page</button></div></form>";
    return {"Your account", main, {}};
}

}  // namespace sparekey::sync
