#include "cli/references/reference.h"

#include "cli/paths.h"
#include "core/text/unicode.h"

#include <array>

namespace sparekey::cli {
namespace {

core::Unexpected malformed(std::string_view text, const std::string& why) {
    return core::unexpected(
        core::ErrorCode::usage,
        "\"" + core::printable(text.substr(0, 200)) + "\" is no secret reference: " + why,
        "sparekey://VAULT/ITEM/FIELD, each part percent-encoded");
}

std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

/// Nothing wrong: an empty text.
std::string complaint_about(const Reference& reference) {
    for (const std::string& part : {reference.item, reference.field}) {
        if (part.empty()) return "it has an empty part";
        if (!core::is_utf8(part)) return "it is not UTF-8";
        if (part.find('\0') != std::string::npos) return "it has a NUL";
    }
    if (!is_vault_name(reference.vault)) return "it does not begin with a vault's name";
    return {};
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        const auto high = hex_digit(text[i + 1]);
        const auto low = hex_digit(text[i + 2]);
        if (!high || !low) return std::nullopt;
        decoded += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return decoded;
}

core::Result<Reference> parse_reference(std::string_view text) {
    if (!is_reference(text)) return malformed(text, "it does not begin with sparekey://");
    if (text.size() > kLongestReference) return malformed(text, "it is too long");
    if (text.find_first_of("?#{}") != std::string_view::npos) {
        return malformed(text, "'?', '#', '{' and '}' have to be percent-encoded");
    }
    std::string_view rest = text.substr(kReferenceScheme.size());
    std::array<std::string, 3> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto slash = rest.find('/');
        const bool last = i + 1 == parts.size();
        if (last != (slash == std::string_view::npos)) {
            return malformed(text, "it has to have three parts");
        }
        auto decoded = percent_decoded(rest.substr(0, slash));
        if (!decoded) return malformed(text, "'%' stands before two hexadecimal digits");
        parts[i] = std::move(*decoded);
        if (!last) rest.remove_prefix(slash + 1);
    }
    Reference reference{std::move(parts[0]), std::move(parts[1]), std::move(parts[2])};
    const std::string complaint = complaint_about(reference);
    if (!complaint.empty()) return malformed(text, complaint);
    return reference;
}

}  // namespace sparekey::cli
