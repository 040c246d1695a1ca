#include "core/leaks/needles.h"

#include "core/leaks/worth.h"

#include <algorithm>

namespace sparekey::core {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view line) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    return line;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::string_view line = trimmed(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), text.find('\n') == std::string_view::npos
                                                     ? text.size()
                                                     : text.find('\n') + 1));
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

/// A key file's lines without its frame, then the later half of them.
void keep_private_half(std::vector<std::string_view>& lines) {
    if (lines.size() < 3 || !lines.front().starts_with("-----BEGIN ")) return;
    lines.erase(lines.begin());
    std::erase_if(lines, [](std::string_view line) {
        return line.starts_with("-----") || line.find(':') != std::string_view::npos;
    });
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2));
}

class Needles {
  public:
    void add(std::string_view text) {
        text = text.substr(0, kLongestNeedle);
        const auto same = [&](const SecretText& one) { return one.expose() == text; };
        if (!is_worth_looking_for(text) || std::any_of(found_.begin(), found_.end(), same)) return;
        found_.push_back(SecretText::copy_of(text));
    }
    /// `text` without spaces, hyphens and padding, each character changed by `change`.
    template <class Change>
    void add_squeezed(std::string_view text, Change change) {
        SecretBuilder squeezed;
        for (const char c : text) {
            if (c != ' ' && c != '-' && c != '=') squeezed.append(change(c));
        }
        add(text_of(squeezed.expose()));
    }
    std::vector<SecretText> take() && { return std::move(found_); }

  private:
    std::vector<SecretText> found_;
};

char as_it_is(char c) {
    return c;
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The base32 within an otpauth:// or steam:// URI, or all of the text.
std::string_view seed_text(std::string_view text) {
    for (const std::string_view before : {"secret=", "key=", "steam://"}) {
        const std::size_t at = text.find(before);
        if (at == std::string_view::npos) continue;
        text.remove_prefix(at + before.size());
        return text.substr(0, text.find_first_of("&?#"));
    }
    return text;
}

bool is_number_in_groups(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || c == ' ' || c == '-'; });
}

}  // namespace

std::vector<SecretText> needles_of(std::string_view secret, SecretForm form) {
    Needles needles;
    if (form == SecretForm::seed) {
        const std::string_view seed = seed_text(trimmed(secret));
        needles.add(seed);
        needles.add_squeezed(seed, upper);
        needles.add_squeezed(seed, lower);
        return std::move(needles).take();
    }
    std::vector<std::string_view> lines = lines_of(secret);
    keep_private_half(lines);
    for (const std::string_view line : lines) {
        needles.add(line);
        if (is_number_in_groups(line)) needles.add_squeezed(line, as_it_is);
    }
    return std::move(needles).take();
}

}  // namespace sparekey::core
