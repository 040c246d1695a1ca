#include "cli/protocols/login_match.h"

#include "cli/protocols/docker_registry.h"
#include "core/base/mutant.h"

#include <algorithm>
#include <tuple>

namespace sparekey::cli {
namespace {

auto rank(const LoginMatch& match) {
    return std::tuple(match.names_user, match.path_size, match.tagged);
}

/// The server that `url` is of, as the rule tells servers apart.
std::optional<WebAddress> server_of(std::string_view url, PathRule rule) {
    auto address = parse_web_address(url);
    if (address && rule == PathRule::whole) return registry_of(std::move(*address));
    return address;
}

/// How much of the wished path the item's URL has; nothing if it is for another one.
std::optional<std::size_t> matching_path(const LoginWish& wish, const WebAddress& own) {
    if (wish.rule == PathRule::whole) {
        if (own.path != wish.server.path) return std::nullopt;
        return own.path.size();
    }
    if (wish.server.path.empty()) return 0;
    if (!is_path_prefix(own.path, wish.server.path) && !SPAREKEY_LEFT_OUT("login-path")) {
        return std::nullopt;
    }
    return own.path.size();
}

std::optional<LoginMatch> match(const LoginWish& wish, const core::IndexRow& row) {
    LoginMatch found;
    bool any = false;
    for (const std::string& url : row.summary.urls) {
        const auto own = server_of(url, wish.rule);
        if (!own || !same_server(*own, wish.server)) continue;
        const auto size = matching_path(wish, *own);
        if (!size) continue;
        any = true;
        found.path_size = std::max(found.path_size, *size);
        found.same_path = found.same_path || wish.rule == PathRule::whole ||
                          wish.server.path.empty() || own->path == wish.server.path;
    }
    if (!any) return std::nullopt;
    const std::string& username = row.summary.username;
    if (wish.username && !username.empty() && username != *wish.username &&
        !SPAREKEY_LEFT_OUT("login-username")) {
        return std::nullopt;
    }
    found.names_user = wish.username && username == *wish.username;
    found.tagged = std::find(row.summary.tags.begin(), row.summary.tags.end(), wish.tag) !=
                   row.summary.tags.end();
    return found;
}

}  // namespace

std::vector<LoginMatch> match_logins(const LoginWish& wish, std::vector<core::IndexRow> rows) {
    std::vector<LoginMatch> matches;
    for (core::IndexRow& row : rows) {
        auto found = match(wish, row);
        if (!found) continue;
        found->row = std::move(row);
        matches.push_back(std::move(*found));
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const LoginMatch& left, const LoginMatch& right) {
                         return std::tuple(rank(left), left.row.summary.modified_ms) >
                                std::tuple(rank(right), right.row.summary.modified_ms);
                     });
    return matches;
}

bool equally_good(const LoginMatch& left, const LoginMatch& right) {
    return rank(left) == rank(right);
}

}  // namespace sparekey::cli
