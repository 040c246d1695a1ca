// UTF-8 text: validity, case folding for look-ups, NFKD for passwords (utf8proc).
#pragma once

#include "core/secret/secret_bytes.h"

#include <string>
#include <string_view>

namespace sparekey::core {

/// Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). NUL is allowed here.
bool is_utf8(std::string_view text);

/// NFKC with case folding: how titles, user names, hosts, tags and queries are compared.
/// What is not UTF-8 comes back unchanged.
std::string fold(std::string_view text);
/// The same of what may be a secret, in wiped memory throughout.
SecretText fold_secret(std::string_view text);

/// NFKD, as master passwords are normalized before Argon2id. What is not UTF-8 comes back
/// unchanged.
SecretBytes nfkd(std::string_view password);

/// For a terminal: control characters (C0, C1, DEL), bidirectional overrides, U+2028/9 and what is
/// not UTF-8 become visible escapes such as \x1b or \u202e; everything else is unchanged.
std::string printable(std::string_view text);

/// Lines of text that a terminal can be given as they are: UTF-8, and nothing that printable()
/// would change but '\n' and '\t'.
bool is_plain_text(std::string_view text);

/// printable(), but line breaks stay.
std::string printable_lines(std::string_view text);

}  // namespace sparekey::core
