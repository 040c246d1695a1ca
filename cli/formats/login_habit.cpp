#include "cli/formats/login_habit.h"

#include "cli/protocols/web_address.h"
#include "core/base/mutant.h"
#include "core/lockout/login_phrase.h"
#include "core/lockout/well_known_sites.h"
#include "core/model/identity.h"

namespace sparekey::cli {
namespace {

std::string_view by_field(const core::ItemPatch& patch) {
    if (!patch.fields) return {};
    for (const core::CustomField& field : *patch.fields) {
        if (!core::names_login_provider(field.name)) continue;
        const std::string_view kind = core::login_provider_in(field.value.expose());
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
        const std::string_view noted = core::login_provider_in(patch.notes->expose());
        if (!noted.empty()) return noted;
    }
    const std::string_view named = core::login_provider_in(patch.username.value_or(""));
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
