// Kinds of secret with a structure of their own. As TokenKind::find each; private to core/leaks.
#pragma once

#include <cstddef>
#include <string_view>

namespace sparekey::core {

/// A JSON Web Token (RFC 7519) that is signed: its header is JSON with an algorithm other than
/// "none", its signature long enough. One that is made with a key out of documentation (HS256 and
/// "secret", say) is none.
std::string_view find_jwt(std::string_view text, std::size_t at);

/// A private key in PEM (RFC 7468; PKCS#1, PKCS#8, SEC 1, OpenSSH) that needs no passphrase, with a
/// body whose lengths fit. In source code its lines may be strings.
std::string_view find_private_key(std::string_view text, std::size_t at);

/// PuTTY's key file, without a passphrase.
std::string_view find_putty_key(std::string_view text, std::size_t at);

}  // namespace sparekey::core
