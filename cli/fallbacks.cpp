#include "cli/fallbacks.h"

#include "cli/counted.h"
#include "cli/formats/time_text.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

constexpr std::uint64_t kDay = std::uint64_t{24} * 60 * 60 * 1000;  // ms
constexpr std::uint64_t kMonth = kDay * 365 / 12;

}  // namespace

std::optional<Fallback> fallback_of(const core::Facts& facts) {
    if (!facts.is_account) return std::nullopt;
    Fallback found{facts.id, facts.title, {}, {}, facts.changed_since_proof};
    const bool has_login = std::any_of(
        facts.links.begin(), facts.links.end(),
        [](const core::NamedLink& link) { return link.kind == core::NamedLink::Kind::sign_in; });
    if (has_login && facts.has_password) found.kinds.push_back("password");
    if (facts.recovery_codes > 0) found.kinds.push_back("recovery_codes");
    if (found.kinds.empty()) return std::nullopt;
    for (const std::string& text : facts.fallback_proved) {
        const auto at = parse_time(text);
        if (at && at > found.proved_ms) found.proved_ms = at;
    }
    return found;
}

std::optional<Fallback> fallback_of(const core::Item& item) {
    core::Facts facts;
    facts.id = item.id;
    facts.title = item.title;
    facts.is_account =
        item.type == core::ItemType::login || item.type == core::ItemType::idp_account;
    facts.has_password = !item.password.empty();
    facts.recovery_codes = static_cast<std::uint32_t>(item.recovery_codes.size());
    for (const std::string& name : item.sign_in_with) {
        facts.links.push_back({core::NamedLink::Kind::sign_in, name});
    }
    for (const core::CustomField& field : item.fields) {
        if (field.name == core::kProvedField) {
            facts.fallback_proved.emplace_back(field.value.expose());
        }
    }
    return fallback_of(facts);
}

std::vector<core::CustomField> proved_fields(const core::Item& item, std::uint64_t now_ms) {
    std::vector<core::CustomField> fields;
    for (const core::CustomField& field : item.fields) {
        if (field.name != core::kProvedField) fields.push_back(field.clone());
    }
    fields.push_back({std::string(core::kProvedField),
                      core::SecretText::copy_of(format_time(now_ms / 1000 * 1000)), false});
    return fields;
}

std::string proof_text(const Fallback& fallback, std::uint64_t now_ms) {
    if (!fallback.proved_ms) return "you never proved this fallback";
    if (fallback.is_outdated) return "this fallback has changed since you proved it";
    const std::uint64_t since = now_ms > *fallback.proved_ms ? now_ms - *fallback.proved_ms : 0;
    if (since < kDay) return "you last proved this fallback today";
    return "you last proved this fallback " +
           (since < 2 * kMonth ? counted(since / kDay, "day") : counted(since / kMonth, "month")) +
           " ago";
}

}  // namespace sparekey::cli
