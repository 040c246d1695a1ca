#include "cli/completion/titles.h"

#include "core/text/unicode.h"

#include <map>

namespace sparekey::cli {
namespace {

/// Which quote is open at the end of a word, and where the text after it begins.
struct OpenQuote {
    char quote = 0;
    std::size_t begin = 0;
};

/// Takes a word apart as POSIX says (Shell Command Language, 2.2); `put` gets its characters.
template <class Put>
OpenQuote read_word(std::string_view word, Put put) {
    OpenQuote open;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char c = word[i];
        const bool has_next = i + 1 < word.size();
        if (open.quote == 0 && (c == '\'' || c == '"')) {
            open = {c, i + 1};
        } else if (open.quote == c) {
            open = {};
        } else if (c == '\\' && open.quote == 0) {
            if (has_next) put(word[++i]);
        } else if (c == '\\' && open.quote == '"' && has_next &&
                   std::string_view("$`\"\\").find(word[i + 1]) != std::string_view::npos) {
            put(word[++i]);
        } else {
            put(c);
        }
    }
    return open;
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./@%+,-").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// As the inside of `quote`, or outside of any.
std::string quoted_in(char quote, std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (quote == '\'') {
            out += c == '\'' ? std::string("'\\''") : std::string(1, c);
        } else if (quote == '"') {
            // Nothing but the other quotes keeps '!' from being history.
            if (c == '!') {
                out += "\"'!'\"";
                continue;
            }
            if (std::string_view("$`\"\\").find(c) != std::string_view::npos) out += '\\';
            out += c;
        } else {
            if (!is_plain(c)) out += '\\';
            out += c;
        }
    }
    // Readline takes a quote at the end for the closing one, and adds none.
    if (quote != 0 && out.ends_with(quote)) out += quote;
    return out;
}

}  // namespace

std::string without_quotes(std::string_view word) {
    std::string text;
    read_word(word, [&](char c) { text += c; });
    return text;
}

std::vector<std::string> query_names(const std::vector<core::IndexRow>& rows) {
    std::map<std::string, int> seen;
    for (const core::IndexRow& row : rows) ++seen[core::fold(row.summary.title)];
    std::vector<std::string> names;
    for (const core::IndexRow& row : rows) {
        std::string name = row.summary.title;
        if (seen[core::fold(name)] > 1 && !row.summary.username.empty()) {
            name += "/" + row.summary.username;
        }
        if (name.starts_with('-') || core::printable(name) != name) continue;
        names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::string> names_beginning(const std::vector<std::string>& names,
                                         std::string_view typed) {
    std::vector<std::string> found;
    if (!core::is_utf8(typed)) return found;
    const std::string folded = core::fold(typed);
    for (const std::string& name : names) {
        if (found.size() == kMostNames) break;
        if (core::fold(name).starts_with(folded)) found.push_back(name);
    }
    return found;
}

std::vector<std::string> bash_replacements(const std::vector<std::string>& names,
                                           std::string_view before, std::string_view word) {
    const OpenQuote open = read_word(word, [](char) {});
    // Of a word with an open quote, Readline replaces what stands after that quote.
    const std::string kept =
        without_quotes(std::string(before) + std::string(word.substr(0, open.begin)));
    const std::string typed = without_quotes(std::string(before) + std::string(word));
    std::vector<std::string> replacements;
    for (const std::string& name : names_beginning(names, typed)) {
        if (!name.starts_with(kept)) continue;
        replacements.push_back(quoted_in(open.quote, std::string_view(name).substr(kept.size())));
    }
    return replacements;
}

}  // namespace sparekey::cli
