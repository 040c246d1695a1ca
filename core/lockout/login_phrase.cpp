#include "core/lockout/login_phrase.h"

#include "core/lockout/well_known_sites.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

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

/// Takes the next word off, without marks; empty if there is none.
std::string_view take_word(std::string_view& rest) {
    constexpr std::string_view kMarks = " \t\r\n.,:;!()\"'";
    rest.remove_prefix(std::min(rest.find_first_not_of(kMarks), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(kMarks));
    rest.remove_prefix(word.size());
    return word;
}

}  // namespace

/// A note may be a secret: no word of it is copied into plain memory.
std::string_view login_provider_in(std::string_view text) {
    if (text.size() > kLongestPhrase) return {};
    const SecretText folded = fold_secret(text);
    std::string_view rest = folded.expose();
    SecretBuilder name;
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
        if (is_filler(word)) continue;
        if (name.size() > 0) name.append(' ');
        name.append(word);
    }
    const SecretBytes whole = std::move(name).take();
    return provider_kind(text_of(whole.expose()));
}

bool names_login_provider(std::string_view field) {
    return std::find(kFieldNames.begin(), kFieldNames.end(), fold(field)) != kFieldNames.end();
}

}  // namespace sparekey::core
