#include "core/model/item.h"

#include <array>
#include <utility>

namespace sparekey::core {
namespace {

constexpr std::array<std::pair<ItemType, std::string_view>, 8> kTypes = {{
    {ItemType::login, "login"},
    {ItemType::note, "note"},
    {ItemType::card, "card"},
    {ItemType::identity, "identity"},
    {ItemType::ssh_key, "ssh-key"},
    {ItemType::api_token, "api-token"},
    {ItemType::idp_account, "idp-account"},
    {ItemType::recovery_codes, "recovery-codes"},
}};

template <class T>
std::vector<T> clone_all(const std::vector<T>& all) {
    std::vector<T> copies;
    copies.reserve(all.size());
    for (const T& one : all) copies.push_back(one.clone());
    return copies;
}

}  // namespace

std::string_view type_name(ItemType type) {
    for (const auto& [known, name] : kTypes) {
        if (known == type) return name;
    }
    return "login";
}

std::vector<std::string_view> type_names() {
    std::vector<std::string_view> names;
    for (const auto& [type, name] : kTypes) names.push_back(name);
    return names;
}

std::optional<ItemType> parse_type(std::string_view name) {
    for (const auto& [type, known] : kTypes) {
        if (known == name) return type;
    }
    return std::nullopt;
}

Item Item::clone() const {
    Item copy;
    copy.id = id;
    copy.type = type;
    copy.title = title;
    copy.username = username;
    copy.password = password.clone();
    copy.totp = totp.clone();
    copy.urls = urls;
    copy.notes = notes.clone();
    copy.tags = tags;
    copy.fields = clone_all(fields);
    copy.sign_in_with = sign_in_with;
    copy.recovers_via = recovers_via;
    copy.recovery_codes = clone_all(recovery_codes);
    copy.favorite = favorite;
    copy.attachments = attachments;
    copy.created_ms = created_ms;
    copy.modified_ms = modified_ms;
    copy.revision = revision;
    copy.deleted = deleted;
    copy.conflicts = conflicts;
    return copy;
}

}  // namespace sparekey::core
