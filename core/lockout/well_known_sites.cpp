#include "core/lockout/well_known_sites.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sparekey::core {
namespace {

constexpr std::uint8_t kBoth = kByEmail | kByPhone;
constexpr std::uint8_t kUsual = kGoogle | kApple;

constexpr std::array kSites = {
    // Accounts that other sites take.
    Site{"accounts.google.com", "google", 0, kBoth},
    Site{"mail.google.com", "google", 0, kBoth},
    Site{"myaccount.google.com", "google", 0, kBoth},
    Site{"gmail.com", "google", 0, kBoth},
    Site{"google.com", "google", 0, kBoth},
    Site{"appleid.apple.com", "apple", 0, kBoth},
    Site{"account.apple.com", "apple", 0, kBoth},
    Site{"icloud.com", "apple", 0, kBoth},
    Site{"facebook.com", "facebook", 0, kBoth},
    Site{"github.com", "github", kUsual, kByEmail},
    Site{"login.live.com", "microsoft", 0, kBoth},
    Site{"account.microsoft.com", "microsoft", 0, kBoth},
    Site{"outlook.com", "microsoft", 0, kBoth},
    Site{"outlook.live.com", "microsoft", 0, kBoth},
    // Mailboxes.
    Site{"proton.me", "email", 0, kBoth},
    Site{"protonmail.com", "email", 0, kBoth},
    Site{"tuta.com", "email", 0, 0},
    Site{"tutanota.com", "email", 0, 0},
    Site{"posteo.de", "email", 0, 0},
    Site{"mailbox.org", "email", 0, kByEmail},
    Site{"fastmail.com", "email", 0, kBoth},
    Site{"gmx.net", "email", 0, kBoth},
    Site{"gmx.de", "email", 0, kBoth},
    Site{"gmx.com", "email", 0, kBoth},
    Site{"web.de", "email", 0, kBoth},
    Site{"mail.yahoo.com", "email", 0, kBoth},
    Site{"login.yahoo.com", "email", 0, kBoth},
    Site{"zoho.com", "email", kUsual | kFacebook | kMicrosoft, kBoth},
    Site{"mail.ru", "email", 0, kBoth},
    Site{"freenet.de", "email", 0, kBoth},
    Site{"t-online.de", "email", 0, kBoth},
    // Sites that people have.
    Site{"gitlab.com", "", kGoogle | kGitHub, kByEmail},
    Site{"bitbucket.org", "", kUsual | kMicrosoft, kByEmail},
    Site{"atlassian.com", "", kUsual | kMicrosoft, kByEmail},
    Site{"trello.com", "", kUsual | kMicrosoft, kByEmail},
    Site{"stackoverflow.com", "", kGoogle | kGitHub | kFacebook, kByEmail},
    Site{"npmjs.com", "", 0, kByEmail},
    Site{"hub.docker.com", "", kGoogle | kGitHub, kByEmail},
    Site{"amazon.com", "", 0, kBoth},
    Site{"amazon.de", "", 0, kBoth},
    Site{"aws.amazon.com", "", 0, kByEmail},
    Site{"ebay.com", "", kUsual | kFacebook, kBoth},
    Site{"ebay.de", "", kUsual | kFacebook, kBoth},
    Site{"paypal.com", "", 0, kBoth},
    Site{"etsy.com", "", kUsual | kFacebook, kByEmail},
    Site{"netflix.com", "", 0, kBoth},
    Site{"spotify.com", "", kUsual | kFacebook, kByEmail},
    Site{"twitch.tv", "", 0, kBoth},
    Site{"discord.com", "", 0, kByEmail},
    Site{"reddit.com", "", kUsual, kByEmail},
    Site{"x.com", "", kUsual, kBoth},
    Site{"twitter.com", "", kUsual, kBoth},
    Site{"instagram.com", "", kFacebook, kBoth},
    Site{"pinterest.com", "", kUsual | kFacebook, kByEmail},
    Site{"linkedin.com", "", kUsual | kMicrosoft, kBoth},
    Site{"medium.com", "", kUsual | kFacebook, kByEmail},
    Site{"notion.so", "", kUsual | kMicrosoft, kByEmail},
    Site{"figma.com", "", kGoogle, kByEmail},
    Site{"canva.com", "", kUsual | kFacebook | kMicrosoft, kByEmail},
    Site{"slack.com", "", kUsual, kByEmail},
    Site{"zoom.us", "", kUsual | kFacebook | kMicrosoft, kByEmail},
    Site{"dropbox.com", "", kUsual | kMicrosoft, kByEmail},
    Site{"duolingo.com", "", kUsual | kFacebook, kByEmail},
    Site{"strava.com", "", kUsual | kFacebook, kByEmail},
    Site{"airbnb.com", "", kUsual | kFacebook, kBoth},
    Site{"booking.com", "", kUsual | kFacebook, kByEmail},
    Site{"uber.com", "", kUsual, kBoth},
    Site{"steampowered.com", "", 0, kBoth},
    Site{"openai.com", "", kUsual | kMicrosoft, kByEmail},
    Site{"chatgpt.com", "", kUsual | kMicrosoft, kByEmail},
    Site{"wikipedia.org", "", 0, kByEmail},
    Site{"wordpress.com", "", kUsual | kGitHub, kByEmail},
};

using Named = std::pair<std::string_view, std::string_view>;

constexpr std::array kProviderNames = {
    Named{"google", "google"},       Named{"google account", "google"},
    Named{"gmail", "google"},        Named{"google mail", "google"},
    Named{"apple", "apple"},         Named{"apple id", "apple"},
    Named{"appleid", "apple"},       Named{"apple account", "apple"},
    Named{"facebook", "facebook"},   Named{"github", "github"},
    Named{"microsoft", "microsoft"}, Named{"microsoft account", "microsoft"},
    Named{"outlook", "microsoft"},
};

constexpr std::array kLoginPages = {
    Named{"accounts.google.com", "google"},
    Named{"appleid.apple.com", "apple"},
    Named{"account.apple.com", "apple"},
    Named{"login.live.com", "microsoft"},
    Named{"login.microsoftonline.com", "microsoft"},
};

constexpr std::array kProviderKinds = {
    std::pair<std::string_view, Providers>{"google", kGoogle},
    std::pair<std::string_view, Providers>{"apple", kApple},
    std::pair<std::string_view, Providers>{"facebook", kFacebook},
    std::pair<std::string_view, Providers>{"github", kGitHub},
    std::pair<std::string_view, Providers>{"microsoft", kMicrosoft},
};

bool is_at(std::string_view host, std::string_view site) {
    if (host == site) return true;
    return host.size() > site.size() && host.ends_with(site) &&
           host[host.size() - site.size() - 1] == '.';
}

template <class Table>
std::string_view second_of(const Table& table, std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Named& one) { return one.first == name; });
    return found == table.end() ? std::string_view() : found->second;
}

}  // namespace

/// The most exact: mail.google.com before google.com.
const Site* well_known_site(std::string_view host) {
    const Site* found = nullptr;
    for (const Site& site : kSites) {
        if (!is_at(host, site.host)) continue;
        if (found == nullptr || site.host.size() > found->host.size()) found = &site;
    }
    return found;
}

Providers provider_by_kind(std::string_view kind) {
    for (const auto& [name, provider] : kProviderKinds) {
        if (name == kind) return provider;
    }
    return kNoProvider;
}

std::string_view provider_kind(std::string_view name) {
    return second_of(kProviderNames, name);
}

std::string_view provider_of_login_page(std::string_view host) {
    return second_of(kLoginPages, host);
}

}  // namespace sparekey::core
