#include "sync/server/pages/account_page.h"

#include "sync/server/accounts/json_answers.h"

namespace sparekey::sync {
namespace {

using Names = std::vector<std::string_view>;

/// The cells of a row. On a small screen each stands in a line of its own, behind its column's
/// name.
Markup row(const Names& names, const std::vector<Markup>& cells) {
    Markup made = "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        made += "<td data-of=\"" + escape(names.at(i)) + "\">" + cells[i] + "</td>";
    }
    return made + "</tr>";
}

/// A column without a name holds buttons.
Markup table(const Names& names, const Markup& rows) {
    Markup head;
    for (const std::string_view name : names) {
        head += name.empty() ? Markup("<td></td>") : "<th scope=\"col\">" + escape(name) + "</th>";
    }
    return "<table><thead><tr>" + head + "</tr></thead><tbody>" + rows + "</tbody></table>";
}

/// "2026-11-28 15:32:36"; the page says that it is UTC.
Markup time_cell(std::uint64_t ms) {
    if (ms == 0) return "never";
    const std::string exact = time_text(ms);
    return "<time datetime=\"" + escape(exact) + "\">" +
           escape(exact.substr(0, 10) + " " + exact.substr(11, 8)) + "</time>";
}

const Names kLogins{"Name", "Provider", "Last used", ""};
const Names kDevices{"Id", "Added", "Last seen"};
const Names kLog{"When", "What", "Who", "From"};

Markup size_text(std::uint64_t bytes) {
    if (bytes < 1024) return escape(std::to_string(bytes) + " B");
    if (bytes < (1U << 20)) return escape(std::to_string(bytes / 1024) + " KiB");
    return escape(std::to_string(bytes >> 20) + " MiB");
}

Markup identity_rows(const AccountView& view) {
    Markup rows;
    for (const auto& [name, identity] : view.identities) {
        const Markup unlink =
            "<form method=\"post\" action=\"/account/unlink\">" + token_field(view.form_token) +
            "<input type=\"hidden\" name=\"identity\" value=\"" + escape(name) +
            "\"><button class=\"quiet\" aria-label=\"Unlink " + escape(identity.display) + ", " +
            escape(identity.provider) + "\">Unlink</button></form>";
        rows += row(kLogins, {escape(identity.display), escape(identity.provider),
                              time_cell(identity.last_login_ms),
                              view.identities.size() > 1 ? unlink : Markup("the only one")});
    }
    return rows;
}

Markup device_rows(const AccountView& view) {
    Markup rows;
    for (const Device& device : view.devices) {
        const Markup state = device.revoked_ms ? "removed " + time_cell(*device.revoked_ms)
                                               : time_cell(device.last_seen_ms);
        rows += row(kDevices, {"<code>" + escape(device.id.text()) + "</code>",
                               time_cell(device.added_ms), state});
    }
    return rows;
}

Markup audit_rows(const AccountView& view) {
    Markup rows;
    for (const AuditLine& line : view.audit) {
        rows += row(kLog, {time_cell(line.entry.at_ms), escape(line.entry.action),
                           escape(line.entry.actor), escape(line.entry.address)});
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
    main += "<h2>Logins</h2>" + table(kLogins, identity_rows(view));
    main +=
        "<h2>Devices</h2><p class=\"soft\">Their names are sealed; <code>sparekey devices</code> "
        "shows them, and removes one.</p>" +
        table(kDevices, device_rows(view));
    main += "<h2>Log</h2><p class=\"soft\">Times are UTC.</p>" + table(kLog, audit_rows(view));
    main += "<form method=\"post\" action=\"/account/close\">" + token_field(view.form_token) +
            "<div class=\"row\"><button>Close this page</button></div></form>";
    return {"Your account", main, {}};
}

}  // namespace sparekey::sync
