// Which items may answer for a login at a server, best first. Pure.
//
// An item answers for the servers of its URLs only: same scheme, host and port. Among those that
// name the user, then those with the longest part of the path, then those with the protocol's own
// tag come first; of equals the one changed last.
#pragma once

#include "cli/protocols/web_address.h"
#include "core/ports/record_store.h"

#include <vector>

namespace sparekey::cli {

enum class PathRule {
    prefix,  // git: a URL's path is that of the repository or a folder above; none serves all
    whole,   // docker: registries are the same, by cli/protocols/docker_registry.h
};

struct LoginWish {
    WebAddress server;
    std::optional<std::string> username;
    PathRule rule = PathRule::prefix;
    std::string_view tag;  // "git"
};

struct LoginMatch {
    core::IndexRow row;
    bool names_user = false;    // the user name that was asked for, to the letter
    std::size_t path_size = 0;  // of the part that matches
    bool same_path = false;     // the whole path, or none was asked for
    bool tagged = false;

    const std::string& username() const { return row.summary.username; }
};

/// Items with another user name than the one asked for do not match; items with none do.
std::vector<LoginMatch> match_logins(const LoginWish& wish, std::vector<core::IndexRow> rows);

/// Nothing but their user name and age tells them apart.
bool equally_good(const LoginMatch& left, const LoginMatch& right);

}  // namespace sparekey::cli
