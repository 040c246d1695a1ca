#include "sync/server/oidc/person.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/// In lower case; empty for anything but a plain host name, so that no look-alike passes.
std::string domain_of(std::string_view email) {
    const auto at = email.rfind('@');
    if (at == std::string_view::npos || at == 0) return {};
    std::string domain(email.substr(at + 1));
    for (char& c : domain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const bool plain = domain.size() <= 253 && domain.find('.') != std::string::npos &&
                       domain.front() != '.' && domain.back() != '.' &&
                       std::all_of(domain.begin(), domain.end(), is_host_character);
    return plain ? domain : std::string();
}

}  // namespace

std::string display_text(std::string_view text) {
    const std::string shown = core::printable(text);
    std::size_t characters = 0;
    std::size_t end = 0;
    for (; end < shown.size(); ++end) {
        const bool starts = (static_cast<unsigned char>(shown[end]) & 0xc0) != 0x80;
        if (starts && ++characters > kLongestDisplay) break;
    }
    return shown.substr(0, end);
}

void describe(ProviderLogin& login, const Json& claims) {
    for (const char* claim : {"preferred_username", "email", "name"}) {
        const std::string* const text = claims.find_text(claim);
        if (login.display.empty() && text != nullptr) login.display = display_text(*text);
    }
    const std::string* const email = claims.find_text("email");
    const bool verified = claims.is_true("email_verified") || SPAREKEY_LEFT_OUT("email-verified");
    if (login.email_domain.empty() && email != nullptr && verified) {
        login.email_domain = domain_of(*email);
    }
}

}  // namespace sparekey::sync
