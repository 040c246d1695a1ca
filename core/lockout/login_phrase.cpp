#include "core/lockout/login_phrase.h"

#include "core/lockout/well_known_sites.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace sparekey::core {
namespace {

/// A note that is longer says more than that.
constexpr std::size_t kLongestPhrase = 64;

/// What may stand around a provider's name without saying anything else. "Mit Google anmelden" is
/// what browsers write in German.
constexpr std::array<std::string_view, 27> kFillers = {
    "sign", "signed", "signin", "sign-in", "in",  "log",  "logged",   "login",     "log-in",
    "with", "via",    "using",  "through", "use", "used", "uses",     "my",        "the",
    "here", "sso",    "oauth",  "account", "mit", "über", "anmelden", "anmeldung", "continue"};

/// Fields in which 1Password and others keep it.
constexpr std::array<std::string_view, 6> kFieldNames = {
    "sign in with", "sign-in with", "signin with", "login with", "log in with", "sso"};

bool is_filler(std::string_view word) {
    return std::find(kFillers.begin(), kFillers.end(), word) != kFillers.end();
}

/// The words of a phrase, without marks.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : fold(text)) {
        const bool is_mark =
            std::string_view(" \t\r\n.,:;!()\"'").find(c) != std::string_view::npos;
        if (!is_mark) {
            words.back() += c;
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

}  // namespace

std::string_view login_provider_in(std::string_view text) {
    if (text.size() > kLongestPhrase) return {};
    std::string rest;
    for (const std::string& word : words_of(text)) {
        if (is_filler(word)) continue;
        rest += (rest.empty() ? "" : " ") + word;
    }
    return provider_kind(rest);
}

bool names_login_provider(std::string_view field) {
    return std::find(kFieldNames.begin(), kFieldNames.end(), fold(field)) != kFieldNames.end();
}

}  // namespace sparekey::core
