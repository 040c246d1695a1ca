// What git-credential and docker-credential share: the items for a server, and the one of them that
// answers.
#pragma once

#include "cli/protocols/login_match.h"
#include "cli/session.h"

#include <functional>

namespace sparekey::cli {

/// By the search index; items in the trash are no answer.
core::Result<std::vector<LoginMatch>> find_logins(VaultAccess& access, const LoginWish& wish);

struct ChosenLogin {
    core::IndexRow row;
    core::Item item;  // concealed
};

/// The best match that has a password and that `usable` lets pass. Nothing without any; and
/// nothing, with a note that names them, if several with different user names are equally good: a
/// wrong guess would lock an account.
core::Result<std::optional<ChosenLogin>> choose_login(
    Session& session, VaultAccess& access, const LoginWish& wish,
    const std::function<core::Result<bool>(const core::Item&)>& usable);

bool has_password(VaultAccess& access, const core::RecordId& id, std::string_view password);

std::vector<std::string> with_tag(std::vector<std::string> tags, const std::string& tag);
std::vector<std::string> without_tag(std::vector<std::string> tags, std::string_view tag);
bool has_tag(const std::vector<std::string>& tags, std::string_view tag);

}  // namespace sparekey::cli
