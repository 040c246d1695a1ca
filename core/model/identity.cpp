#include "core/model/identity.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sparekey::core {
namespace {

/// Where one account is mailbox and login provider in one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMailboxes = {{
    {"@gmail.com", "google:"},
    {"@googlemail.com", "google:"},
    {"@icloud.com", "apple:"},
    {"@me.com", "apple:"},
    {"@mac.com", "apple:"},
}};

bool is_kind(std::string_view kind) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !kind.empty() && lower(kind.front()) &&
           std::all_of(kind.begin(), kind.end(),
                       [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '-'; });
}

Unexpected wrong_form(std::string_view text, std::string_view form) {
    return unexpected(ErrorCode::usage, "\"" + std::string(text) + "\" is not an identity",
                      "the form is " + std::string(form));
}

/// "+" and digits, without the spaces and hyphens between them; empty if it is anything else.
std::string phone_number(std::string_view name) {
    std::string number;
    for (const char c : name) {
        if (c == ' ' || c == '-') continue;
        const bool digit = c >= '0' && c <= '9';
        if (!digit && !(c == '+' && number.empty())) return {};
        number += c;
    }
    return number.size() >= 2 && number.front() == '+' ? number : std::string();
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_address(std::string_view name) {
    const auto at = name.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < name.size() &&
           name.find('@', at + 1) == std::string_view::npos &&
           name.find(' ') == std::string_view::npos;
}

}  // namespace

Result<std::string> normalize_identity(std::string_view text) {
    text = trimmed(text);
    constexpr std::string_view kForm = "KIND:NAME, such as google:alice@gmail.com or device:pixel";
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !is_utf8(text)) return wrong_form(text, kForm);
    const std::string kind = fold(text.substr(0, colon));
    const std::string_view given = text.substr(colon + 1);
    if (!is_kind(kind)) return wrong_form(text, kForm);
    if (kind == "oidc") {
        const auto hash = given.find('#');
        const std::string issuer = fold(given.substr(0, hash));
        const bool is_whole = hash != std::string_view::npos && hash + 1 < given.size();
        if (!is_whole || issuer.empty() || issuer.find('#') != std::string::npos) {
            return wrong_form(text, "oidc:ISSUER#SUBJECT");
        }
        return kind + ":" + issuer + std::string(given.substr(hash));
    }
    // What is looked at is what is kept: folding leaves out what nobody sees.
    const std::string folded = fold(given);
    const std::string name(trimmed(folded));
    if (kind == "phone") {
        const std::string number = phone_number(name);
        if (number.empty()) return wrong_form(text, "phone:+4915112345");
        return kind + ":" + number;
    }
    if (kind == "email" && !is_address(name)) return wrong_form(text, "email:alice@post.example");
    if (name.empty()) return wrong_form(text, kForm);
    return kind + ":" + name;
}

std::string account_of(std::string_view identity) {
    constexpr std::string_view kEmail = "email:";
    if (identity.starts_with(kEmail)) {
        for (const auto& [domain, kind] : kMailboxes) {
            if (identity.ends_with(domain)) {
                return std::string(kind) + std::string(identity.substr(kEmail.size()));
            }
        }
    }
    return std::string(identity);
}

bool is_device(std::string_view identity) {
    return identity.starts_with("device:");
}

}  // namespace sparekey::core
