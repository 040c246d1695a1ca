#include "cli/commands/logins.h"

#include "cli/protocols/docker_registry.h"
#include "core/base/mutant.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

std::string listed_usernames(const std::vector<ChosenLogin>& best) {
    std::string names;
    for (const ChosenLogin& one : best) {
        const std::string& name = one.row.summary.username;
        names += (names.empty() ? "" : ", ") + (name.empty() ? "(no user name)" : name);
    }
    return names;
}

bool same_username(const std::vector<ChosenLogin>& best) {
    return std::all_of(best.begin(), best.end(), [&](const ChosenLogin& one) {
        return one.row.summary.username == best.front().row.summary.username;
    });
}

}  // namespace

core::Result<std::vector<LoginMatch>> find_logins(VaultAccess& access, const LoginWish& wish) {
    core::Filter filter;
    filter.query = wish.rule == PathRule::whole ? registry_search(wish.server) : wish.server.host;
    SPAREKEY_TRY(std::vector<core::IndexRow> rows, access.find(filter));
    return match_logins(wish, std::move(rows));
}

core::Result<std::optional<ChosenLogin>> choose_login(
    Session& session, VaultAccess& access, const LoginWish& wish,
    const std::function<core::Result<bool>(const core::Item&)>& usable) {
    SPAREKEY_TRY(const std::vector<LoginMatch> matches, find_logins(access, wish));
    std::vector<ChosenLogin> best;
    const LoginMatch* first = nullptr;
    for (const LoginMatch& match : matches) {
        if (first != nullptr && !equally_good(*first, match)) break;
        SPAREKEY_TRY(core::Item item, access.item(match.row.id, core::Values::concealed));
        if (item.password.empty() || item.deleted) continue;
        SPAREKEY_TRY(const bool can_be_used, usable(item));
        if (!can_be_used) continue;
        if (first == nullptr) first = &match;
        best.push_back({match.row, std::move(item)});
    }
    if (best.empty()) return std::optional<ChosenLogin>();
    if (!same_username(best) && !SPAREKEY_LEFT_OUT("login-guess")) {
        session.out().note("sparekey: several logins for " + wish.server.host + " (" +
                           listed_usernames(best) + ") are equally good, none was taken");
        return std::optional<ChosenLogin>();
    }
    return std::optional<ChosenLogin>(std::move(best.front()));
}

bool has_password(VaultAccess& access, const core::RecordId& id, std::string_view password) {
    const auto own = access.field(id, "password", Use::answer);
    return own &&
           core::equal_constant_time(core::bytes_of(own->expose()), core::bytes_of(password));
}

std::vector<std::string> with_tag(std::vector<std::string> tags, const std::string& tag) {
    if (!has_tag(tags, tag)) tags.push_back(tag);
    return tags;
}

std::vector<std::string> without_tag(std::vector<std::string> tags, std::string_view tag) {
    std::erase(tags, tag);
    return tags;
}

bool has_tag(const std::vector<std::string>& tags, std::string_view tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

}  // namespace sparekey::cli
