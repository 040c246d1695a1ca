#include "cli/fallbacks.h"

#include "cli/formats/time_text.h"

namespace sparekey::cli {
namespace {

constexpr std::uint64_t kDay = std::uint64_t{24} * 60 * 60 * 1000;  // ms
constexpr std::uint64_t kMonth = kDay * 365 / 12;

std::string amount(std::uint64_t count, std::string_view unit) {
    return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

}  // namespace

std::optional<Fallback> fallback_of(const core::Item& item) {
    if (item.type != core::ItemType::login && item.type != core::ItemType::idp_account) {
        return std::nullopt;
    }
    Fallback found{item.id, item.title, {}, {}};
    if (!item.sign_in_with.empty() && !item.password.empty()) found.kinds.push_back("password");
    if (!item.recovery_codes.empty()) found.kinds.push_back("recovery_codes");
    if (found.kinds.empty()) return std::nullopt;
    for (const core::CustomField& field : item.fields) {
        if (field.name != kProvedField) continue;
        const auto at = parse_time(field.value.expose());
        if (at && at > found.proved_ms) found.proved_ms = at;
    }
    return found;
}

std::vector<core::CustomField> proved_fields(const core::Item& item, std::uint64_t now_ms) {
    std::vector<core::CustomField> fields;
    for (const core::CustomField& field : item.fields) {
        if (field.name != kProvedField) fields.push_back(field.clone());
    }
    fields.push_back({std::string(kProvedField),
                      core::SecretText::copy_of(format_time(now_ms / 1000 * 1000)), false});
    return fields;
}

std::string proof_text(const Fallback& fallback, std::uint64_t now_ms) {
    if (!fallback.proved_ms) return "you never proved this fallback";
    const std::uint64_t since = now_ms > *fallback.proved_ms ? now_ms - *fallback.proved_ms : 0;
    if (since < kDay) return "you last proved this fallback today";
    return "you last proved this fallback " +
           (since < 2 * kMonth ? amount(since / kDay, "day") : amount(since / kMonth, "month")) +
           " ago";
}

}  // namespace sparekey::cli
