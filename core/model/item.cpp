#include "core/model/item.h"

#include "core/text/unicode.h"

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

/// Adds up what an item holds and remembers the first text that is not allowed.
class Limits {
  public:
    void text(std::string_view label, std::string_view value) {
        bytes_ += value.size();
        if (!failure_) return;
        if (auto checked = check_text(label, value); !checked) failure_ = std::move(checked);
    }
    Result<void> verdict() && {
        if (!failure_) return std::move(failure_);
        if (bytes_ > kLargestItem) {
            return unexpected(ErrorCode::usage, "an item holds at most 192 KiB",
                              "keep long texts as attachments");
        }
        return {};
    }

  private:
    std::size_t bytes_ = 0;
    Result<void> failure_;
};

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

Result<void> check_text(std::string_view label, std::string_view text) {
    const std::string name = printable(label);
    if (text.size() > kLongestValue) {
        return unexpected(ErrorCode::usage, name + " is longer than 64 KiB",
                          "keep long texts as attachments");
    }
    if (text.find('\0') != std::string_view::npos) {
        return unexpected(ErrorCode::usage, name + " has a NUL character");
    }
    if (!is_utf8(text)) return unexpected(ErrorCode::usage, name + " is not UTF-8");
    return {};
}

Result<void> check_limits(const Item& item) {
    if (item.title.empty()) return unexpected(ErrorCode::usage, "an item needs a title");
    if (item.fields.size() > kMostFields) {
        return unexpected(ErrorCode::usage, "an item has at most 1,000 fields");
    }
    for (const std::vector<std::string>* names :
         {&item.urls, &item.tags, &item.sign_in_with, &item.recovers_via}) {
        for (const std::string& name : *names) {
            if (name.empty()) return unexpected(ErrorCode::usage, "an empty URL, tag or identity");
        }
    }
    Limits limits;
    limits.text("title", item.title);
    limits.text("username", item.username);
    limits.text("password", item.password.expose());
    limits.text("totp", item.totp.expose());
    limits.text("notes", item.notes.expose());
    for (const std::string& url : item.urls) limits.text("url", url);
    for (const std::string& tag : item.tags) limits.text("tag", tag);
    for (const CustomField& field : item.fields) {
        if (field.name.empty()) return unexpected(ErrorCode::usage, "a field needs a name");
        limits.text("field name", field.name);
        limits.text(field.name, field.value.expose());
    }
    for (const std::string& name : item.sign_in_with) limits.text("sign_in_with", name);
    for (const std::string& name : item.recovers_via) limits.text("recovers_via", name);
    for (const SecretText& code : item.recovery_codes) {
        limits.text("recovery code", code.expose());
    }
    for (const Attachment& attachment : item.attachments) {
        limits.text("attachment name", attachment.name);
    }
    return std::move(limits).verdict();
}

}  // namespace sparekey::core
