#include "cli/protocols/git_credential.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

namespace sparekey::cli {
namespace {

constexpr std::string_view kBreaks("\n\r\0", 3);

bool is_true(std::string_view text) {
    return text == "1" || text == "true" || text == "yes" || text == "on";
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 18 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

void take(GitCredential& credential, std::string_view key, std::string_view value) {
    if (key == "protocol") credential.protocol = value;
    if (key == "host") credential.host = value;
    if (key == "path") credential.path = value;
    if (key == "username") credential.username = std::string(value);
    if (key == "password") credential.password = core::SecretText::copy_of(value);
    if (key == "password_expiry_utc") credential.expiry = is_number(value) ? value : "";
    if (key == "oauth_refresh_token") credential.refresh_token = core::SecretText::copy_of(value);
    if (key == "ephemeral") credential.ephemeral = is_true(value);
}

core::Result<void> append(core::SecretBuilder& answer, std::string_view key,
                          std::string_view value) {
    if (value.empty()) return {};
    if (value.find_first_of(kBreaks) != std::string_view::npos &&
        !SPAREKEY_LEFT_OUT("git-answer-line")) {
        return core::unexpected(
            core::ErrorCode::failed,
            "the " + std::string(key) + " has a line break or a NUL, which git cannot be told",
            "change it with sparekey edit");
    }
    answer.append(key);
    answer.append('=');
    answer.append(value);
    answer.append('\n');
    return {};
}

}  // namespace

std::string GitCredential::url() const {
    std::string url = protocol + "://" + host;
    if (!path.empty()) url += (path.starts_with('/') ? "" : "/") + path;
    return url;
}

core::Result<GitCredential> parse_git_credential(std::string_view text) {
    GitCredential credential;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (line.empty()) break;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            return core::unexpected(core::ErrorCode::usage,
                                    "git's protocol has lines of KEY=VALUE, and one is not");
        }
        const std::string_view key = line.substr(0, equals);
        if (line.find_first_of(kBreaks) != std::string_view::npos &&
            !SPAREKEY_LEFT_OUT("git-line")) {
            return core::unexpected(
                core::ErrorCode::usage,
                "the value of \"" + core::printable(key) + "\" has a NUL or a carriage return");
        }
        take(credential, key, line.substr(equals + 1));
    }
    return credential;
}

core::Result<core::SecretText> git_answer(const GitCredential& credential) {
    core::SecretBuilder answer;
    SPAREKEY_CHECK(append(answer, "username", credential.username.value_or("")));
    SPAREKEY_CHECK(append(answer, "password", credential.password.expose()));
    SPAREKEY_CHECK(append(answer, "password_expiry_utc", credential.expiry));
    SPAREKEY_CHECK(append(answer, "oauth_refresh_token", credential.refresh_token.expose()));
    return core::SecretText(std::move(answer).take());
}

}  // namespace sparekey::cli
