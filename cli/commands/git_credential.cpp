#include "cli/protocols/git_credential.h"

#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/commands/logins.h"
#include "core/crypto/hash.h"
#include "core/text/number.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using core::Item;
using core::Result;
using core::SecretText;

constexpr std::string_view kGitTag = "git";
constexpr std::string_view kExpiry = "password_expiry_utc";
constexpr std::string_view kRefreshToken = "oauth_refresh_token";
constexpr std::string_view kRejected = "git-rejected";

const core::CustomField* find_field(const Item& item, std::string_view name) {
    for (const core::CustomField& field : item.fields) {
        if (field.name == name && !field.value.empty()) return &field;
    }
    return nullptr;
}

/// An empty value takes the field away.
void set_field(std::vector<core::CustomField>& fields, std::string_view name, SecretText value,
               bool secret) {
    std::erase_if(fields, [&](const core::CustomField& field) { return field.name == name; });
    if (!value.empty()) fields.push_back({std::string(name), std::move(value), secret});
}

/// Names a password that a server refused, without repeating it.
std::string fingerprint(const core::RecordId& id, std::string_view password) {
    const core::Hash hash = core::sha256({core::ByteView(id.bytes), core::bytes_of(password)});
    return core::to_hex(core::ByteView(hash).first(8));
}

LoginWish wish_for(const GitCredential& asked, const WebAddress& server) {
    return {server, asked.username, PathRule::prefix, kGitTag};
}

bool is_expired(const Item& item, std::uint64_t now_ms) {
    const core::CustomField* const field = find_field(item, kExpiry);
    if (field == nullptr) return false;
    const auto seconds = core::whole_number<std::uint64_t>(field->value.expose());
    return seconds && *seconds <= now_ms / 1000;
}

Result<bool> is_rejected(VaultAccess& access, const Item& item) {
    if (find_field(item, kRejected) == nullptr) return false;
    SPAREKEY_TRY(const SecretText mark, access.field(item.id, kRejected, Use::answer));
    SPAREKEY_TRY(const SecretText password, access.field(item.id, "password", Use::answer));
    return mark.expose() == fingerprint(item.id, password.expose());
}

Result<void> get(Session& session, VaultAccess& access, const GitCredential& asked,
                 const WebAddress& server) {
    const auto usable = [&](const Item& item) -> Result<bool> {
        if (is_expired(item, session.clock().now_ms())) {
            session.out().note("sparekey: the password of " + in_quotes(item.title) +
                               " has expired, it was not taken");
            return false;
        }
        SPAREKEY_TRY(const bool rejected, is_rejected(access, item));
        return !rejected;
    };
    SPAREKEY_TRY(const auto chosen, choose_login(session, access, wish_for(asked, server), usable));
    if (!chosen) return {};
    GitCredential answer;
    answer.username = chosen->row.summary.username;
    SPAREKEY_TRY(answer.password, access.field(chosen->row.id, "password", Use::answer));
    if (const auto* expiry = find_field(chosen->item, kExpiry))
        answer.expiry = expiry->value.expose();
    if (find_field(chosen->item, kRefreshToken) != nullptr) {
        SPAREKEY_TRY(answer.refresh_token,
                     access.field(chosen->row.id, kRefreshToken, Use::answer));
    }
    SPAREKEY_TRY(const SecretText text, git_answer(answer));
    session.out().raw(text.expose());
    return {};
}

/// What git told beside the password; nothing of it on an item that has none of it.
std::optional<std::vector<core::CustomField>> changed_fields(const Item& item,
                                                             const GitCredential& told) {
    const bool concerned = find_field(item, kExpiry) != nullptr ||
                           find_field(item, kRefreshToken) != nullptr ||
                           find_field(item, kRejected) != nullptr || !told.expiry.empty() ||
                           !told.refresh_token.empty();
    if (!concerned) return std::nullopt;
    std::vector<core::CustomField> fields;
    for (const core::CustomField& field : item.fields) fields.push_back(field.clone());
    // An older git gives the same password back without the rest, which then still holds.
    const bool same = item.password.expose() == told.password.expose();
    if (!same || !told.expiry.empty()) {
        set_field(fields, kExpiry, SecretText::copy_of(told.expiry), false);
    }
    if (!same || !told.refresh_token.empty()) {
        set_field(fields, kRefreshToken, told.refresh_token.clone(), true);
    }
    set_field(fields, kRejected, SecretText(), true);
    return fields;
}

Result<void> update(VaultAccess& access, const core::RecordId& id, const GitCredential& told) {
    core::ItemPatch patch;
    SPAREKEY_TRY(const Item seen, access.item(id, core::Values::concealed));
    if (changed_fields(seen, told)) {
        SPAREKEY_TRY(const Item item, access.item(id, core::Values::plain));
        patch.fields = changed_fields(item, told);
    }
    patch.password = told.password.clone();
    SPAREKEY_CHECK(access.edit(id, std::move(patch)));
    return {};
}

Result<void> add(VaultAccess& access, const GitCredential& told, const WebAddress& server) {
    core::ItemPatch patch;
    patch.title = server.host + (server.path.empty() ? "" : "/" + server.path);
    patch.username = told.username;
    patch.password = told.password.clone();
    patch.urls = std::vector<std::string>{told.url()};
    patch.tags = std::vector<std::string>{std::string(kGitTag)};
    patch.fields = changed_fields(Item{}, told);
    SPAREKEY_CHECK(access.add(std::move(patch)));
    return {};
}

Result<void> store(VaultAccess& access, const GitCredential& told, const WebAddress& server) {
    if (!told.username || told.username->empty() || told.password.empty() || told.ephemeral) {
        return {};
    }
    SPAREKEY_TRY(const std::vector<LoginMatch> matches,
                 find_logins(access, wish_for(told, server)));
    for (const LoginMatch& match : matches) {
        if (match.names_user && match.same_path) return update(access, match.row.id, told);
    }
    // It came from an item that names no user, or from one for a folder above.
    for (const LoginMatch& match : matches) {
        if (has_password(access, match.row.id, told.password.expose())) return {};
    }
    return add(access, told, server);
}

/// A server may refuse a password because the person has no rights there, or because it is broken:
/// the item stays as it is, and is only not offered again with this password.
Result<void> erase(Session& session, VaultAccess& access, const GitCredential& told,
                   const WebAddress& server) {
    if (told.password.empty()) {
        session.out().note("sparekey: git named no password, so nothing was marked as refused");
        return {};
    }
    SPAREKEY_TRY(const std::vector<LoginMatch> matches,
                 find_logins(access, wish_for(told, server)));
    for (const LoginMatch& match : matches) {
        if (!has_password(access, match.row.id, told.password.expose())) continue;
        SPAREKEY_TRY(Item item, access.item(match.row.id, core::Values::plain));
        set_field(item.fields, kRejected,
                  SecretText::copy_of(fingerprint(item.id, told.password.expose())), true);
        core::ItemPatch patch;
        patch.fields = std::move(item.fields);
        SPAREKEY_CHECK(access.edit(item.id, std::move(patch)));
        session.out().note("sparekey: " + server.host + " refused the password of " +
                           in_quotes(item.title) +
                           "; it is kept, and git is not offered it again until it changes");
    }
    return {};
}

Result<void> run_git_credential(Session& session, const Arguments& arguments) {
    const std::string action = *arguments.positional(0);
    // "If it receives any other operation, it should silently ignore the request."
    if (action != "get" && action != "store" && action != "erase") return {};
    SPAREKEY_TRY(const SecretText input, session.document(kLongestGitInput));
    SPAREKEY_TRY(const GitCredential told, parse_git_credential(input.expose()));
    const auto server = told.address();
    if (!server) return {};
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    if (action == "get") return get(session, *access, told, *server);
    if (action == "store") return store(*access, told, *server);
    return erase(session, *access, told, *server);
}

}  // namespace

CommandSpec commands::git_credential() {
    return {"git-credential",
            "git's credential helper: get, store, erase",
            {{"get|store|erase", "what git asks for; others are ignored, as git wants it"}},
            {},
            run_git_credential,
            "",
            "Set it up: git config --global credential.helper '!sparekey git-credential'\n"
            "(or just \"sparekey\", if git-credential-sparekey is in your PATH).\n"
            "An item answers for the scheme, host and port of its URLs, if git tells a path\n"
            "(credential.useHttpPath) for that path and those below, and for its user name.\n"
            "Of several with different user names none is taken: name one in the URL.\n"
            "The tag \"git\" prefers an item to others of the same server.\n"
            "store changes the password of the item that matches (the old one stays in its\n"
            "history), or adds an item. erase destroys nothing: a password that the server\n"
            "refused is not offered to git again until it changes, or works after all.\n"
            "With a locked vault and no terminal it prints nothing and ends with 5; git goes on."};
}

}  // namespace sparekey::cli
