#include "cli/manual/roff.h"

#include <cstdint>
#include <cstdio>

namespace sparekey::cli::manual {
namespace {

constexpr std::string_view kDate = "2026-11-25";  // of the words, not of the build

std::string_view escape(char c) {
    switch (c) {
        case '\\':
            return "\\(rs";
        case '-':
            return "\\-";  // else a hyphen, which cannot be copied into a shell
        case '\'':
            return "\\(aq";
        case '`':
            return "\\(ga";
        case '^':
            return "\\(ha";
        case '~':
            return "\\(ti";
        case '"':
            return "\\(dq";
        default:
            return {};
    }
}

/// The character of UTF-8 at `at`, which moves on to the next one.
std::uint32_t next_character(std::string_view text, std::size_t& at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
    std::uint32_t character = more == 0 ? byte : byte & (0x3fu >> more);
    for (std::size_t i = 0; i < more && at + 1 < text.size(); ++i) {
        character = character << 6 | (static_cast<unsigned char>(text[++at]) & 0x3fu);
    }
    ++at;
    return character;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const std::uint32_t character = next_character(text, at);
        if (character > 0x7e) {
            char name[16];
            std::snprintf(name, sizeof name, "\\[u%04X]", static_cast<unsigned>(character));
            out += name;
        } else if (const std::string_view special = escape(c); !special.empty()) {
            out += special;
        } else {
            out += c;
        }
    }
    return out;
}

constexpr std::size_t kWidth = 76;  // of a line of the source: mandoc asks for less than 80

/// A line of text, which must not begin like a macro.
std::string text_line(std::string_view text) {
    const bool like_macro = !text.empty() && text.front() == '.';
    return (like_macro ? "\\&" : "") + escaped(text) + "\n";
}

/// The words of a paragraph, in lines of the source's width.
std::string filled(std::string_view text) {
    std::string lines, current;
    while (!text.empty()) {
        const auto end = text.find_first_of(" \n");
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (word.empty()) continue;
        if (!current.empty() && escaped(current).size() + escaped(word).size() + 1 > kWidth) {
            lines += text_line(current);
            current.clear();
        }
        current += (current.empty() ? "" : " ") + std::string(word);
    }
    return current.empty() ? lines : lines + text_line(current);
}

template <class Work>
void each_line(std::string_view text, Work work) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        work(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

Roff::Roff(std::string_view name, int section_number, std::string_view summary) {
    std::string upper(name);
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    text_ = ".\\\" Made from the program's own tables at build time.\n.TH " + escaped(upper) + " " +
            std::to_string(section_number) + " " + std::string(kDate) +
            " \"Sparekey " SPAREKEY_VERSION "\" \"Sparekey\"\n";
    section("NAME");
    text_ += escaped(name) + " \\- " + escaped(summary) + "\n";
}

Roff& Roff::line(std::string_view macro, std::string_view argument) {
    text_ += std::string(macro) + " \"" + escaped(argument) + "\"\n";
    return *this;
}

Roff& Roff::section(std::string_view title) {
    return line(".SH", title);
}

Roff& Roff::subsection(std::string_view title) {
    return line(".SS", title);
}

Roff& Roff::space() {
    // What comes first stands right below its heading.
    const auto last = text_.rfind('\n', text_.size() - 2);
    const std::string_view before = std::string_view(text_).substr(last + 1);
    if (!before.starts_with(".SH") && !before.starts_with(".SS")) text_ += ".PP\n";
    return *this;
}

Roff& Roff::paragraph(std::string_view text) {
    for (auto end = text.find("\n\n"); end != std::string_view::npos; end = text.find("\n\n")) {
        space().text_ += filled(text.substr(0, end));
        text.remove_prefix(end + 2);
    }
    space().text_ += filled(text);
    return *this;
}

Roff& Roff::entry(std::string_view term, std::string_view value, std::string_view text) {
    text_ += ".TP\n\\fB" + escaped(term) + "\\fR";
    if (!value.empty()) text_ += "\\fI" + escaped(value) + "\\fR";
    text_ += "\n" + filled(text);
    return *this;
}

Roff& Roff::example(std::string_view lines) {
    space().text_ += ".RS 4\n.nf\n";
    each_line(lines, [&](std::string_view one) { text_ += text_line(one); });
    text_ += ".fi\n.RE\n";
    return *this;
}

Roff& Roff::reference(std::string_view name, int section_number, bool last) {
    text_ += ".BR " + escaped(name) + " (" + std::to_string(section_number) + ")" +
             (last ? "" : " ,") + "\n";
    return *this;
}

}  // namespace sparekey::cli::manual
