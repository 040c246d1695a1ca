#include "sync/server/config/provider_table.h"

#include "core/text/unicode.h"
#include "sync/server/config/provider_keys.h"

#include <algorithm>
#include <set>

namespace sparekey::sync {
namespace {

/// Takes the values out of the table; what is left over nobody knows.
class TableTaker {
  public:
    TableTaker(const ProviderTable& table, std::vector<Complaint>& complaints)
        : table_(table), complaints_(complaints) {}

    std::string text(const std::string& key) {
        const auto* const value = taken(key);
        if (value == nullptr) return {};
        if (const auto* const text = std::get_if<std::string>(value)) return *text;
        complain(key, "has to be text");
        return {};
    }
    core::SecretText secret(const std::string& key) {
        const auto* const value = taken(key);
        if (value == nullptr) return {};
        if (const auto* const secret = std::get_if<core::SecretText>(value)) return secret->clone();
        complain(key, "has to be text");
        return {};
    }
    bool flag(const std::string& key) {
        const auto* const value = taken(key);
        if (value == nullptr) return false;
        if (const auto* const flag = std::get_if<bool>(value)) return *flag;
        complain(key, "has to be true or false");
        return false;
    }
    /// One text counts as a list of one.
    std::vector<std::string> list(const std::string& key) {
        const auto* const value = taken(key);
        if (value == nullptr) return {};
        if (const auto* const list = std::get_if<std::vector<std::string>>(value)) return *list;
        if (const auto* const text = std::get_if<std::string>(value)) return {*text};
        complain(key, "has to be a list of texts");
        return {};
    }
    void complain(const std::string& key, const std::string& what) {
        const auto found = table_.places.find(key);
        const Place place = found == table_.places.end() ? Place{table_.line} : found->second;
        complaints_.push_back(complaint_at(place, "provider: " + key + " " + what));
    }
    void finish() {
        for (const auto& [key, value] : table_.values) {
            if (!known_.contains(key)) complain(core::printable(key), "is no key of [[provider]]");
        }
    }

  private:
    const ProviderTable::Value* taken(const std::string& key) {
        if (std::ranges::find(kProviderKeys, key, &ProviderKey::name) == kProviderKeys.end()) {
            throw core::SystemFailure("kProviderKeys lacks " + key);
        }
        known_.insert(key);
        const auto found = table_.values.find(key);
        return found == table_.values.end() ? nullptr : &found->second;
    }

    const ProviderTable& table_;
    std::vector<Complaint>& complaints_;
    std::set<std::string> known_;
};

/// "issuer: has a query" and "id: 1 to 32 letters …" as they stand in a sentence after the key.
std::string predicate(std::string_view why) {
    const bool is_one =
        why.starts_with("is ") || why.starts_with("has ") || why.starts_with("ends ");
    return (is_one ? "" : "is wrong: ") + std::string(why);
}

ProviderConfig take(TableTaker& taker) {
    ProviderConfig config;
    config.id = taker.text("id");
    config.name = taker.text("name");
    config.issuer = taker.text("issuer");
    config.client_id = taker.text("client_id");
    config.client_secret = taker.secret("client_secret");
    config.scopes = taker.list("scopes");
    config.authorization_endpoint = taker.text("authorization_endpoint");
    config.token_endpoint = taker.text("token_endpoint");
    config.user_endpoint = taker.text("user_endpoint");
    config.id_field = taker.text("id_field");
    config.name_field = taker.text("name_field");
    config.base_url = taker.text("base_url");
    config.tenants = taker.list("tenant");
    config.audience_extra = taker.list("audience_extra");
    config.allow_private_address = taker.flag("allow_private_address");
    config.assume_pkce = taker.flag("assume_pkce");
    config.apple.team_id = taker.text("team_id");
    config.apple.key_id = taker.text("key_id");
    config.apple.private_key = taker.secret("private_key");
    const std::string type = taker.text("type");
    const auto known = provider_type(type.empty() ? "oidc" : type);
    if (!known) taker.complain("type", "is none that is known: \"" + core::printable(type) + "\"");
    config.type = known.value_or(ProviderType::oidc);
    return config;
}

}  // namespace

std::optional<ProviderConfig> provider_config(const ProviderTable& table,
                                              std::vector<Complaint>& complaints) {
    const std::size_t before = complaints.size();
    TableTaker taker(table, complaints);
    ProviderConfig config = take(taker);
    taker.finish();
    if (const auto checked = check(config); !checked) {
        // "issuer: …" begins with the key that is wrong.
        const std::string& message = checked.error().message;
        const auto colon = std::min(message.find(": "), message.size());
        const auto why = std::min(colon + 2, message.size());
        taker.complain(message.substr(0, colon), predicate(message.substr(why)));
    }
    if (complaints.size() != before) return std::nullopt;
    return config;
}

}  // namespace sparekey::sync
