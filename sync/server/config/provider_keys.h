// The keys of a [[provider]] and what each holds: the file may give them, and so may the
// environment alone.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sparekey::sync {

enum class ProviderKeyKind : std::uint8_t { text, secret, flag, list };

struct ProviderKey {
    std::string_view name;
    ProviderKeyKind kind = ProviderKeyKind::text;
};

inline constexpr std::array kProviderKeys = {
    ProviderKey{"allow_private_address", ProviderKeyKind::flag},
    ProviderKey{"assume_pkce", ProviderKeyKind::flag},
    ProviderKey{"audience_extra", ProviderKeyKind::list},
    ProviderKey{"authorization_endpoint"},
    ProviderKey{"base_url"},
    ProviderKey{"client_id"},
    ProviderKey{"client_secret", ProviderKeyKind::secret},
    ProviderKey{"id"},
    ProviderKey{"id_field"},
    ProviderKey{"issuer"},
    ProviderKey{"key_id"},
    ProviderKey{"name"},
    ProviderKey{"name_field"},
    ProviderKey{"private_key", ProviderKeyKind::secret},
    ProviderKey{"scopes", ProviderKeyKind::list},
    ProviderKey{"team_id"},
    ProviderKey{"tenant", ProviderKeyKind::list},
    ProviderKey{"token_endpoint"},
    ProviderKey{"type"},
    ProviderKey{"user_endpoint"},
};

}  // namespace sparekey::sync
