// What people write where they sign in with a login provider: "Google", "log in via Apple ID".
#pragma once

#include <string_view>

namespace sparekey::core {

/// The kind of the provider ("google") that a text says one signs in with, and nothing else. Empty
/// if it says anything else.
std::string_view login_provider_in(std::string_view text);

/// A custom field of this name holds such a text: "Sign in with".
bool names_login_provider(std::string_view field);

}  // namespace sparekey::core
