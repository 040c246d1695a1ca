#include "sync/server/store/plain_text.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

namespace sparekey::sync {
namespace {

/// The length of the character that `text` starts with; 0 if it starts with none.
std::size_t character_at_start(std::string_view text) {
    constexpr std::size_t kLongest = 4;
    for (std::size_t size = 1; size <= kLongest && size <= text.size(); ++size) {
        if (core::is_utf8(text.substr(0, size))) return size;
    }
    return 0;
}

}  // namespace

bool is_plain(std::string_view text) {
    if (SPAREKEY_LEFT_OUT("store-plain-text")) return true;
    return text.find('\0') == std::string_view::npos && core::is_utf8(text);
}

std::string plain_text(std::string_view text) {
    if (is_plain(text)) return std::string(text);
    std::string plain;
    while (!text.empty()) {
        const std::size_t size = text.front() == '\0' ? 0 : character_at_start(text);
        plain += size == 0 ? "\xef\xbf\xbd" : text.substr(0, size);
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return plain;
}

AuditEntry kept_form(AuditEntry entry) {
    for (std::string* text : {&entry.action, &entry.actor, &entry.address, &entry.detail}) {
        *text = plain_text(*text);
    }
    return entry;
}

}  // namespace sparekey::sync
