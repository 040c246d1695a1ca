#include "cli/formats/login_habit.h"

#include "cli/protocols/web_address.h"
#include "core/base/mutant.h"
#include "core/lockout/well_known_sites.h"
#include "core/model/identity.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
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
    for (const char c : core::fold(text)) {
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

std::string_view by_field(const core::ItemPatch& patch) {
    if (!patch.fields) return {};
    for (const core::CustomField& field : *patch.fields) {
        const std::string name = core::fold(field.name);
        if (std::find(kFieldNames.begin(), kFieldNames.end(), name) == kFieldNames.end()) continue;
        const std::string_view kind = login_provider_in(field.value.expose());
        if (!kind.empty()) return kind;
    }
    return {};
}

/// A provider's sign-in page beside the site's own address.
std::string_view by_address(const core::ItemPatch& patch) {
    if (!patch.urls) return {};
    std::string_view found;
    bool has_site = false;
    for (const std::string& url : *patch.urls) {
        const auto address = parse_web_address(url);
        if (!address) continue;
        const std::string_view kind = core::provider_of_login_page(address->host);
        if (kind.empty()) {
            has_site = true;
        } else if (!found.empty() && found != kind) {
            return {};  // which of the two is not known
        } else {
            found = kind;
        }
    }
    return has_site ? found : std::string_view();
}

std::string_view provider_of(const core::ItemPatch& patch) {
    const std::string_view kind = by_field(patch);
    if (!kind.empty()) return kind;
    const bool has_password = patch.password && !patch.password->empty();
    if (has_password && !SPAREKEY_LEFT_OUT("import-habit-password")) return {};
    if (patch.notes) {
        const std::string_view noted = login_provider_in(patch.notes->expose());
        if (!noted.empty()) return noted;
    }
    const std::string_view named = login_provider_in(patch.username.value_or(""));
    return named.empty() ? by_address(patch) : named;
}

/// Where the site is told the address of the account. GitHub's accounts have names, and Apple may
/// have made an address up for the site.
std::string identity_of(std::string_view kind, const std::string& username) {
    constexpr std::string_view kRelay = "@privaterelay.appleid.com";
    const auto address = core::normalize_identity("email:" + username);
    if (!address || kind == "github" || address->ends_with(kRelay)) return {};
    const auto identity = core::normalize_identity(std::string(kind) + ":" + username);
    return identity ? *identity : std::string();
}

}  // namespace

std::string_view login_provider_in(std::string_view text) {
    if (text.size() > kLongestPhrase) return {};
    std::string rest;
    for (const std::string& word : words_of(text)) {
        if (is_filler(word)) continue;
        rest += (rest.empty() ? "" : " ") + word;
    }
    return core::provider_kind(rest);
}

void recognise_login_habit(ImportedItem& item, ImportNotes& notes) {
    core::ItemPatch& patch = item.patch;
    const bool is_login = patch.type.value_or(core::ItemType::login) == core::ItemType::login;
    if (!is_login || (patch.sign_in_with && !patch.sign_in_with->empty())) return;
    const std::string_view kind = provider_of(patch);
    if (kind.empty()) return;
    const std::string identity = identity_of(kind, patch.username.value_or(""));
    if (!identity.empty()) patch.sign_in_with = std::vector<std::string>{identity};
    notes.recognised.push_back({item.where, std::string(kind), identity});
}

}  // namespace sparekey::cli
