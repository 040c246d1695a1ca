#include "cli/protocols/docker_credential.h"

#include "cli/commands/commands.h"
#include "cli/commands/logins.h"
#include "cli/formats/docker_json.h"
#include "cli/protocols/docker_registry.h"

#include <map>

namespace sparekey::cli {
namespace {

using core::Result;
using core::SecretText;

const std::string kDockerTag = "docker";
const std::string kLoggedOut = "docker-logout";

/// docker reads the reason on standard output, and any failure is exit 1.
core::Unexpected refuse(Session& session, std::string_view reason) {
    session.out().raw(std::string(reason) + "\n");
    return core::unexpected(core::ErrorCode::failed, "");
}

/// The same of an error of the vault, which keeps its exit code and is on standard error too.
core::Unexpected refuse(Session& session, core::Error error) {
    session.out().raw("sparekey: " + error.message + "\n");
    return core::unexpected(std::move(error));
}

Result<LoginWish> wish_for(Session& session, const std::string& server) {
    const auto address = parse_web_address(server);
    if (!address) return refuse(session, "\"" + server + "\" is no server URL");
    return LoginWish{registry_of(*address), std::nullopt, PathRule::whole, kDockerTag};
}

/// A server's URL is all that get and erase are told.
Result<std::string> read_server(Session& session) {
    SPAREKEY_TRY(const SecretText input, session.document(kLongestDockerInput));
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::string_view text = input.expose();
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return refuse(session, kDockerNoServer);
    return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

Result<void> get(Session& session, VaultAccess& access) {
    SPAREKEY_TRY(const std::string server, read_server(session));
    SPAREKEY_TRY(const LoginWish wish, wish_for(session, server));
    const auto usable = [](const core::Item& item) -> Result<bool> {
        return !has_tag(item.tags, kLoggedOut);
    };
    SPAREKEY_TRY(const auto chosen, choose_login(session, access, wish, usable));
    if (!chosen) return refuse(session, kDockerNotFound);
    SPAREKEY_TRY(const SecretText secret, access.field(chosen->row.id, "password", Use::answer));
    JsonWriter json;
    json.begin_object()
        .field("ServerURL", server)
        .field("Username", chosen->row.summary.username)
        .field("Secret", secret.expose())
        .end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
    return {};
}

Result<void> set_tags(VaultAccess& access, const core::RecordId& id,
                      std::vector<std::string> tags) {
    core::ItemPatch patch;
    patch.tags = std::move(tags);
    SPAREKEY_CHECK(access.edit(id, std::move(patch)));
    return {};
}

Result<void> log_out(VaultAccess& access, const LoginMatch& match) {
    return set_tags(access, match.row.id,
                    with_tag(without_tag(match.row.summary.tags, kDockerTag), kLoggedOut));
}

Result<void> keep(VaultAccess& access, const DockerLogin& login, const LoginWish& wish,
                  const LoginMatch* own) {
    core::ItemPatch patch;
    patch.password = login.secret.clone();
    if (own != nullptr) {
        patch.tags = with_tag(without_tag(own->row.summary.tags, kLoggedOut), kDockerTag);
        SPAREKEY_CHECK(access.edit(own->row.id, std::move(patch)));
        return {};
    }
    patch.title = wish.server.host;
    patch.username = login.username;
    patch.urls = std::vector<std::string>{login.server};
    patch.tags = std::vector<std::string>{kDockerTag};
    SPAREKEY_CHECK(access.add(std::move(patch)));
    return {};
}

/// docker has one login a server: the one before is no longer offered, and stays in the vault.
Result<void> store(Session& session, VaultAccess& access) {
    SPAREKEY_TRY(const SecretText input, session.document(kLongestDockerInput));
    auto login = docker_login_from_json(input.expose());
    if (!login) return refuse(session, login.error().message);
    if (login->server.empty()) return refuse(session, kDockerNoServer);
    if (login->username.empty()) return refuse(session, kDockerNoUsername);
    SPAREKEY_TRY(const LoginWish wish, wish_for(session, login->server));
    SPAREKEY_TRY(const std::vector<LoginMatch> matches, find_logins(access, wish));
    const LoginMatch* own = nullptr;
    for (const LoginMatch& match : matches) {
        if (own == nullptr && match.username() == login->username) {
            own = &match;
        } else if (match.tagged) {
            SPAREKEY_CHECK(log_out(access, match));
        }
    }
    return keep(access, *login, wish, own);
}

/// Nothing but what store() put into it.
bool is_bare(const core::Item& item, const LoginWish& wish) {
    return item.title == wish.server.host && item.totp.empty() && item.notes.empty() &&
           item.fields.empty() && item.attachments.empty() && item.recovery_codes.empty() &&
           item.sign_in_with.empty() && item.recovers_via.empty() && item.urls.size() == 1 &&
           item.tags.size() == 1;
}

Result<void> erase(Session& session, VaultAccess& access) {
    SPAREKEY_TRY(const std::string server, read_server(session));
    SPAREKEY_TRY(const LoginWish wish, wish_for(session, server));
    SPAREKEY_TRY(const std::vector<LoginMatch> matches, find_logins(access, wish));
    for (const LoginMatch& match : matches) {
        if (has_tag(match.row.summary.tags, kLoggedOut)) continue;
        SPAREKEY_TRY(const core::Item item, access.item(match.row.id, core::Values::concealed));
        if (match.tagged && is_bare(item, wish)) {
            SPAREKEY_CHECK(access.put_in_trash(item.id));
        } else {
            SPAREKEY_CHECK(log_out(access, match));
        }
    }
    return {};
}

Result<void> list(Session& session, VaultAccess& access) {
    core::Filter filter;
    filter.tag = kDockerTag;
    SPAREKEY_TRY(const std::vector<core::IndexRow> rows, access.find(filter));
    std::map<std::string, const core::IndexRow*> servers;
    for (const core::IndexRow& row : rows) {
        if (row.summary.urls.empty()) continue;
        const core::IndexRow*& newest = servers[row.summary.urls.front()];
        if (newest == nullptr || newest->summary.modified_ms < row.summary.modified_ms) {
            newest = &row;
        }
    }
    JsonWriter json;
    json.begin_object();
    for (const auto& [url, row] : servers) json.field(url, row->summary.username);
    json.end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
    return {};
}

Result<void> run_docker_credential(Session& session, const Arguments& arguments) {
    const std::string action = *arguments.positional(0);
    if (action == "version") {
        session.out().raw("docker-credential-sparekey (sparekey) " SPAREKEY_VERSION "\n");
        return {};
    }
    Result<void> (*const with_input)(Session&, VaultAccess&) = action == "get"     ? get
                                                               : action == "store" ? store
                                                               : action == "erase" ? erase
                                                               : action == "list"  ? list
                                                                                   : nullptr;
    if (with_input == nullptr) {
        return refuse(session, "Unknown credential action `" + action + "`");
    }
    const auto access = session.access();
    if (!access) return refuse(session, access.error());
    auto done = with_input(session, **access);
    if (!done && !done.error().message.empty()) return refuse(session, done.error());
    return done;
}

}  // namespace

CommandSpec commands::docker_credential() {
    return {"docker-credential",
            "docker's credential helper: get, store, erase, list",
            {{"get|store|erase|list", "what docker asks for; version is answered too"}},
            {},
            run_docker_credential,
            "",
            "Set it up: \"credsStore\": \"sparekey\" in ~/.docker/config.json, with\n"
            "docker-credential-sparekey in your PATH.\n"
            "store keeps the login in the item of that server and user, or in a new one, tagged\n"
            "\"docker\"; the login before it at the same server is tagged \"docker-logout\".\n"
            "get answers from any item whose URL is the server, the tag \"docker\" first, never\n"
            "from one tagged \"docker-logout\", and not from several with different user names.\n"
            "erase (docker logout) puts an item that holds only docker's login in the trash;\n"
            "others stay as they are, tagged \"docker-logout\".\n"
            "As docker wants it, a failure is told on standard output and ends with 1."};
}

}  // namespace sparekey::cli
