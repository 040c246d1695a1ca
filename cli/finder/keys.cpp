#include "cli/finder/keys.h"

#include "core/text/number.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli::finder {
namespace {

constexpr char kEscape = '\x1b';

std::optional<Key> control_key(char c) {
    switch (c) {
        case '\r':
        case '\n':
            return Key::enter;
        case '\t':
            return Key::details;
        case '\x7f':
        case '\b':
            return Key::erase;
        case '\x17':
            return Key::erase_word;
        case '\x15':
            return Key::erase_all;
        case '\x0e':
            return Key::down;
        case '\x10':
            return Key::up;
        case '\x06':
            return Key::page_down;
        case '\x02':
            return Key::page_up;
        case '\x0c':
            return Key::login;
        case '\x14':
            return Key::code;
        case '\x04':
        case '\x07':
            return Key::escape;
        default:
            return std::nullopt;
    }
}

std::optional<Key> final_key(char c) {
    switch (c) {
        case 'A':
            return Key::up;
        case 'B':
            return Key::down;
        case 'H':
            return Key::home;
        case 'F':
            return Key::end;
        default:
            return std::nullopt;
    }
}

/// "ESC [ 5 ~" and its like, by their first number.
std::optional<Key> numbered_key(std::string_view parameters) {
    switch (core::whole_number<int>(parameters.substr(0, parameters.find(';'))).value_or(0)) {
        case 1:
        case 7:
            return Key::home;
        case 4:
        case 8:
            return Key::end;
        case 5:
            return Key::page_up;
        case 6:
            return Key::page_down;
        default:
            return std::nullopt;
    }
}

bool is_final(char c) {
    return c >= '\x40' && c <= '\x7e';
}

std::size_t length_of(unsigned char lead) {
    if (lead < 0x80) return 1;
    return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

}  // namespace

std::optional<KeyPress> Keys::next(bool is_all) {
    while (!pending_.empty()) {
        const std::size_t before = pending_.size();
        const char first = pending_.front();
        if (first == kEscape) {
            if (auto key = after_escape(is_all)) return key;
        } else if (const auto control = control_key(first)) {
            drop(1);
            return KeyPress{*control};
        } else if (static_cast<unsigned char>(first) < 0x20) {
            drop(1);
        } else if (auto typed = character(is_all)) {
            return typed;
        }
        if (pending_.size() == before) return std::nullopt;  // more has to come
    }
    return std::nullopt;
}

/// Takes a whole sequence away, also one that is no key of ours.
std::optional<KeyPress> Keys::after_escape(bool is_all) {
    if (pending_.size() == 1) {
        if (!is_all) return std::nullopt;
        drop(1);
        return KeyPress{Key::escape};
    }
    const char kind = pending_[1];
    if (kind == kEscape) {
        drop(1);
        return KeyPress{Key::escape};
    }
    if (kind != '[' && kind != 'O') {
        drop(2);  // Alt and a key
        return std::nullopt;
    }
    const auto end = std::find_if(pending_.begin() + 2, pending_.end(), is_final);
    if (end == pending_.end()) {
        if (is_all || pending_.size() > 64) pending_.clear();
        return std::nullopt;
    }
    const std::string parameters(pending_.begin() + 2, end);
    const auto key = *end == '~' ? numbered_key(parameters) : final_key(*end);
    drop(parameters.size() + 3);
    if (!key) return std::nullopt;
    return KeyPress{*key};
}

std::optional<KeyPress> Keys::character(bool is_all) {
    const std::size_t length = length_of(static_cast<unsigned char>(pending_.front()));
    if (pending_.size() < length && !is_all) return std::nullopt;
    std::string text = pending_.substr(0, length);
    if (text.size() < length || !core::is_plain_text(text)) {
        drop(1);
        return std::nullopt;
    }
    drop(length);
    return KeyPress{Key::text, std::move(text)};
}

}  // namespace sparekey::cli::finder
