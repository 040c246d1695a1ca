#include "core/lockout/suggestions.h"

#include "core/lockout/well_known_sites.h"
#include "core/model/identity.h"

#include <algorithm>
#include <set>

namespace sparekey::core {
namespace {

/// More than that is guessing.
constexpr std::size_t kMostLoginsAsked = 3;

std::string_view kind_of(std::string_view identity) {
    return identity.substr(0, identity.find(':'));
}

std::string_view name_of(std::string_view identity) {
    return identity.substr(std::min(identity.find(':'), identity.size() - 1) + 1);
}

/// KIND:TEXT in its one spelling, if that is one.
std::optional<std::string> identity(std::string_view kind, std::string_view text) {
    auto spelt = normalize_identity(std::string(kind) + ":" + std::string(text));
    if (!spelt) return std::nullopt;
    return *std::move(spelt);
}

class Proposals {
  public:
    Proposals(const Graph& graph, const std::vector<Sighting>& sightings)
        : graph_(graph), sightings_(sightings) {
        for (const Node channel : graph.channels()) {
            const std::string& name = graph.name(channel);
            if (kind_of(name) == "email") mailboxes_.push_back(name);
            if (kind_of(name) == "phone") phones_.push_back(name);
            if (provider_by_kind(kind_of(name)) != kNoProvider) logins_.push_back(channel);
        }
        std::stable_sort(logins_.begin(), logins_.end(), [&](Node left, Node right) {
            return graph_.channel(left).signs_in.size() > graph_.channel(right).signs_in.size();
        });
    }

    std::vector<Suggestion> all() {
        for (const auto propose :
             {&Proposals::propose_held, &Proposals::propose_logins, &Proposals::propose_recovery}) {
            for (Node item = 0; item < graph_.item_count(); ++item) {
                if (graph_.facts(item).is_account) (this->*propose)(item);
            }
        }
        return std::move(found_);
    }

  private:
    const Site* site_of(Node item) const {
        for (const std::string& host : sightings_[item].hosts) {
            if (const Site* const site = well_known_site(host)) return site;
        }
        return nullptr;
    }

    /// "email:…" of a user name that is an address.
    std::optional<std::string> mailbox_of(Node item) const {
        return identity("email", sightings_[item].username);
    }

    bool has_account(const std::vector<Node>& channels, std::string_view name) const {
        return std::any_of(channels.begin(), channels.end(), [&](Node channel) {
            return account_of(graph_.name(channel)) == account_of(name);
        });
    }

    bool has_kind(const std::vector<Node>& channels, std::string_view kind) const {
        return std::any_of(channels.begin(), channels.end(),
                           [&](Node channel) { return kind_of(graph_.name(channel)) == kind; });
    }

    void add(Node item, NamedLink::Kind kind, std::string name, std::string because) {
        Suggestion one{item, kind, std::move(name), std::move(because)};
        const std::vector<std::string>& refused = graph_.facts(item).not_suggested;
        const std::string remark = remark_of(one);
        const bool is_refused = std::any_of(
            refused.begin(), refused.end(),
            [&](const std::string& text) { return text == remark || text == kNothingSuggested; });
        if (!is_refused && made_.insert({item, remark}).second) found_.push_back(std::move(one));
    }

    /// The account at a provider or a mailbox, which is what its user name says.
    void propose_held(Node item) {
        const Site* const site = site_of(item);
        if (site == nullptr || site->holds.empty()) return;
        const std::vector<Node>& held = graph_.links(item).holds;
        const bool needs_address = site->holds != "github";
        if (needs_address && !mailbox_of(item)) return;
        auto name = identity(site->holds, sightings_[item].username);
        if (!name || has_account(held, *name) || has_kind(held, site->holds)) return;
        // It is opened by that account: the address is the provider's sign-in page.
        if (has_account(graph_.links(item).sign_in_with, *name)) return;
        add(item, NamedLink::Kind::holds, *std::move(name), "it is at " + std::string(site->host));
    }

    bool has_no_way_in(Node item) const {
        const Facts& facts = graph_.facts(item);
        const Links& links = graph_.links(item);
        return !facts.has_password && facts.recovery_codes == 0 && links.sign_in_with.empty() &&
               links.recovers_via.empty();
    }

    /// The provider that the item shows, if it says so little that nothing was noted.
    std::string_view shown_provider(Node item) const {
        const Facts& facts = graph_.facts(item);
        if (facts.has_password || !graph_.links(item).sign_in_with.empty()) return {};
        if (!facts.shown_provider.empty()) return facts.shown_provider;
        if (sightings_[item].hosts.size() < 2) return {};
        for (const std::string& host : sightings_[item].hosts) {
            const std::string_view kind = provider_of_login_page(host);
            if (!kind.empty()) return kind;
        }
        return {};
    }

    /// Whoever has no password signs in with somebody.
    void propose_logins(Node item) {
        const std::string_view shown = shown_provider(item);
        if (shown.empty() && !has_no_way_in(item)) return;
        const Site* const site = site_of(item);
        std::size_t asked = 0;
        for (const Node login : logins_) {
            const std::string& name = graph_.name(login);
            if (has_account(graph_.links(item).holds, name)) continue;
            const bool is_named = mailbox_of(item) == "email:" + std::string(name_of(name));
            if (shown.empty()) {
                const bool is_offered =
                    site != nullptr && (site->offers & provider_by_kind(kind_of(name))) != 0;
                if (!is_offered && !(site == nullptr && is_named)) continue;
            } else if (kind_of(name) != shown) {
                continue;
            }
            if (++asked > kMostLoginsAsked) return;
            add(item, NamedLink::Kind::sign_in, name,
                "it has no password of its own, and " + reason(site, shown, is_named));
        }
    }

    static std::string reason(const Site* site, std::string_view shown, bool is_named) {
        if (is_named) return "that is the user name";
        if (!shown.empty()) return "it names " + std::string(shown);
        return std::string(site->host) + " offers it";
    }

    void propose_recovery(Node item) {
        const Links& links = graph_.links(item);
        const Site* const site = site_of(item);
        const bool by_email = site == nullptr || (site->recovery & kByEmail) != 0;
        const bool by_phone = site != nullptr && (site->recovery & kByPhone) != 0;
        if (by_email && !has_kind(links.recovers_via, "email")) propose_mailbox(item, site);
        if (by_phone && phones_.size() == 1 && !has_kind(links.recovers_via, "phone")) {
            add(item, NamedLink::Kind::recovery, phones_.front(),
                std::string(site->host) + " recovers by phone, and there is one number");
        }
    }

    void propose_mailbox(Node item, const Site* site) {
        const Links& links = graph_.links(item);
        if (const auto mailbox = mailbox_of(item)) {
            if (has_account(links.recovers_via, *mailbox)) return;
            if (has_account(links.holds, *mailbox) || is_itself(item, *mailbox, site)) return;
            // Who loses that account loses the mailbox too: nothing is gained by asking.
            if (has_account(links.sign_in_with, *mailbox)) return;
            add(item, NamedLink::Kind::recovery, *mailbox, "it is the user name");
        } else if (site != nullptr && mailboxes_.size() == 1) {
            if (has_account(links.holds, mailboxes_.front())) return;
            if (has_account(links.sign_in_with, mailboxes_.front())) return;
            add(item, NamedLink::Kind::recovery, mailboxes_.front(),
                std::string(site->host) + " recovers by mail, and there is one mailbox");
        }
    }

    /// A mailbox or a provider's account is not recovered by way of itself.
    bool is_itself(Node item, std::string_view mailbox, const Site* site) const {
        if (site == nullptr || site->holds.empty() || site->holds == "github") return false;
        const auto held = identity(site->holds, sightings_[item].username);
        return site->holds == "email" || site->holds == "microsoft" ||
               (held && account_of(*held) == account_of(mailbox));
    }

    const Graph& graph_;
    const std::vector<Sighting>& sightings_;
    std::vector<std::string> mailboxes_;
    std::vector<std::string> phones_;
    std::vector<Node> logins_;  // most used first
    std::set<std::pair<Node, std::string>> made_;
    std::vector<Suggestion> found_;
};

}  // namespace

std::vector<Suggestion> suggest(const Graph& graph, const std::vector<Sighting>& sightings) {
    return Proposals(graph, sightings).all();
}

std::string remark_of(const Suggestion& suggestion) {
    return std::string(fact_name(suggestion.kind)) + " " + suggestion.identity;
}

std::string_view fact_name(NamedLink::Kind kind) {
    switch (kind) {
        case NamedLink::Kind::sign_in:
            return "sign_in_with";
        case NamedLink::Kind::recovery:
            return "recovers_via";
        case NamedLink::Kind::second_factor:
            return kSecondFactorField;
        case NamedLink::Kind::holds:
            break;
    }
    return kIdentityField;
}

}  // namespace sparekey::core
