// Members of a server's JSON as the types that they stand for. Nothing where the member is missing
// or is something else.
#pragma once

#include "core/base/bytes.h"
#include "core/model/ids.h"
#include "core/replica/account.h"
#include "sync/protocol/json.h"

#include <algorithm>

namespace sparekey::sync {

/// N bytes of base64url.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> bytes_in(const Json& object, std::string_view name) {
    const std::string* const text = object.find_text(name);
    const auto bytes = text != nullptr ? core::from_base64url(*text) : std::nullopt;
    std::array<std::uint8_t, N> fixed{};
    if (!bytes || bytes->size() != N) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), fixed.begin());
    return fixed;
}

template <class Id>
std::optional<Id> id_in(const Json& object, std::string_view name) {
    const std::string* const text = object.find_text(name);
    return text != nullptr ? Id::parse(*text) : std::nullopt;
}

std::optional<std::uint64_t> number_in(const Json& object, std::string_view name);
/// 32 bytes in hexadecimal.
std::optional<core::Hash> hash_in(const Json& object, std::string_view name);
/// A text of at most `most` bytes.
std::optional<std::string> text_in(const Json& object, std::string_view name, std::size_t most);
/// The member's elements if it is an array of at most `most` objects.
std::optional<std::vector<Json>> objects_in(const Json& object, std::string_view name,
                                            std::size_t most);

/// `{id, provider, display}`.
std::optional<core::LinkedIdentity> identity_of(const Json& object);

}  // namespace sparekey::sync
