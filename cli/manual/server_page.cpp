#include "cli/manual/pages.h"
#include "cli/manual/roff.h"
#include "cli/server/commands.h"

#include <array>

namespace sparekey::cli::manual {
namespace {

struct Key {
    std::string_view name;
    std::string_view value;
    std::string_view text;
};

constexpr std::array kKeys = {
    Key{"listen", " = \"127.0.0.1:8443\"", "ADDRESS:PORT, or unix:/PATH."},
    Key{"public_url", "", "the address by which devices reach the server; it has to be given."},
    Key{"store", "", "sqlite:/PATH or postgresql://…; it has to be given."},
    Key{"signup", " = \"invite\"",
        "who may make an account: invite, open, closed, or a list of domain:example.org and "
        "subject:ISSUER#SUBJECT."},
    Key{"trusted_proxies", " = []",
        "addresses and networks of proxies, whose X-Forwarded-For is believed."},
    Key{"metrics_listen", "", "where GET /metrics is answered, for Prometheus; off if left out."},
    Key{"log_level", " = \"info\"", "debug, info, warning or error."},
    Key{"log_format", " = \"text\"", "text or json."},
    Key{"device_code_ttl", " = \"10m\"", "how long a device's code is good."},
    Key{"quota_records, quota_bytes, quota_devices", "", "what an account may hold."},
    Key{"quota_pushes", " = 20000", "by one account in a day, at whatever pace; 0: no bound."},
    Key{"requests_per_second", " = 50", "by one address in the long run; 0: no bound."},
    Key{"[tls] certificate, key", "",
        "PEM files; without them the server speaks plain HTTP, which is "
        "allowed on loopback, on a Unix socket and behind a named proxy."},
    Key{"[[provider]]", "",
        "a login provider: id, name, type, issuer, client_id, client_secret_file and "
        "what its type needs; scopes, what is asked for instead of the type's own; "
        "audience_extra, other audiences whose ID tokens are taken; docs/LOGIN.md says what to "
        "register at each."},
};

std::string title(const server::Parameter& parameter) {
    std::string text(parameter.name);
    if (!parameter.value.empty()) text += " " + std::string(parameter.value);
    return parameter.is_option() && !parameter.required ? "[" + text + "]" : text;
}

}  // namespace

std::string server_page() {
    Roff page("sparekey-server", 8, "keeps sealed vaults for the devices of their owners");
    page.section("DESCRIPTION")
        .paragraph(
            "An account is a vault's sealed records and the signed history of their changes. The\n"
            "server orders them and decides who may reach them; it can read none of them. People\n"
            "sign in with a login that they already have.\n\n"
            "Every command takes --config FILE (else $SPAREKEY_SERVER_CONFIG, else\n"
            "/etc/sparekey/server.toml), --json and --yes.");
    page.section("COMMANDS");
    for (const server::Command& command : server::commands()) {
        std::string values;
        std::string text = std::string(command.summary) + ".";
        for (const server::Parameter& parameter : command.parameters) {
            values += " " + title(parameter);
            text += " " + std::string(parameter.name) + ": " + std::string(parameter.help) + ".";
        }
        page.entry(command.name, values, text);
    }
    page.section("CONFIGURATION")
        .paragraph(
            "TOML. Every key may also be given as SPAREKEY_SERVER_<KEY>, and every text also as\n"
            "<key>_file, whose content is the value.");
    for (const Key& key : kKeys) page.entry(key.name, key.value, key.text);
    page.section("SIGNALS")
        .entry("SIGTERM", "", "answers what is under way, and ends.")
        .entry("SIGHUP", "", "reads certificate, providers and log level again.");
    page.section("SEE ALSO").reference("sparekey", 1, true);
    return page.text();
}

}  // namespace sparekey::cli::manual
