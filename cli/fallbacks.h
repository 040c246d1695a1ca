// The fallbacks of a vault: the ways in that are there for the day the usual one is gone, and when
// each was last proved to work. Pure.
#pragma once

#include "core/lockout/facts.h"
#include "core/model/item.h"

#include <optional>
#include <string>
#include <vector>

namespace sparekey::cli {

/// A fallback that was not proved for this long is due.
inline constexpr std::uint64_t kProofLasts = std::uint64_t{365} * 24 * 60 * 60 * 1000;  // ms

struct Fallback {
    std::optional<core::RecordId> item;  // nothing: the vault itself, whose fallback is its kit
    std::string title;
    std::vector<std::string> kinds;  // password, recovery_codes; kit
    std::optional<std::uint64_t> proved_ms;
    bool is_outdated = false;  // another password or code was proved than there is now

    bool is_due(std::uint64_t now_ms) const {
        return !proved_ms || is_outdated || *proved_ms + kProofLasts <= now_ms;
    }
};

/// Of an item that is signed in to: the password beside the login of a provider, and recovery codes
/// that are not used up. Nothing if it has neither.
std::optional<Fallback> fallback_of(const core::Facts& facts);
/// The same of the item as it is read alone. Concealed values do.
std::optional<Fallback> fallback_of(const core::Item& item);

/// The item's custom fields with `now_ms` as the time of the last proof.
std::vector<core::CustomField> proved_fields(const core::Item& item, std::uint64_t now_ms);

/// "you last proved this fallback 14 months ago", or that it never was.
std::string proof_text(const Fallback& fallback, std::uint64_t now_ms);

}  // namespace sparekey::cli
