#include "core/model/identity.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::core {
namespace {

bool is_kind(std::string_view kind) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !kind.empty() && lower(kind.front()) &&
           std::all_of(kind.begin(), kind.end(),
                       [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '-'; });
}

Unexpected wrong_form(std::string_view text, const std::string& form) {
    return unexpected(ErrorCode::usage, "\"" + std::string(text) + "\" is not an identity",
                      "the form is " + form);
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

bool is_address(std::string_view name) {
    const auto at = name.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < name.size() &&
           name.find('@', at + 1) == std::string_view::npos &&
           name.find(' ') == std::string_view::npos;
}

}  // namespace

Result<std::string> normalize_identity(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return wrong_form(text, "KIND:NAME, such as google:alice@gmail.com");
    }
    const std::string kind = fold(text.substr(0, colon));
    const std::string_view name = text.substr(colon + 1);
    if (!is_kind(kind) || name.empty() || !is_utf8(name)) {
        return wrong_form(text, "KIND:NAME, such as google:alice@gmail.com");
    }
    if (kind == "phone") {
        const std::string number = phone_number(name);
        if (number.empty()) return wrong_form(text, "phone:+4915112345");
        return kind + ":" + number;
    }
    if (kind == "oidc") {
        const auto hash = name.find('#');
        if (hash == std::string_view::npos || hash == 0 || hash + 1 == name.size()) {
            return wrong_form(text, "oidc:ISSUER#SUBJECT");
        }
        return kind + ":" + fold(name.substr(0, hash)) + std::string(name.substr(hash));
    }
    if (kind == "email" && !is_address(name)) return wrong_form(text, "email:alice@post.example");
    return kind + ":" + fold(name);
}

}  // namespace sparekey::core
