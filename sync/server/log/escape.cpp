#include "sync/server/log/escape.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

namespace sparekey::sync {

std::string quoted(std::string_view text, std::size_t most) {
    // printable() leaves no control character; what it wrote as \x1b is itself escaped below.
    const std::string visible = SPAREKEY_LEFT_OUT("log-escape")
                                    ? std::string(text.substr(0, most))
                                    : core::printable(text.substr(0, most));
    std::string out = "\"";
    for (const char c : visible) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    if (text.size() > most) out += "\xe2\x80\xa6";
    return out += '"';
}

}  // namespace sparekey::sync
