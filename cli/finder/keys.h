// What a terminal sends, as the keys that a person pressed: ECMA-48's and xterm's sequences, and
// UTF-8. Whatever else comes is read over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sparekey::cli::finder {

enum class Key {
    text,
    enter,
    escape,
    up,
    down,
    page_up,
    page_down,
    home,
    end,
    erase,       // backspace
    erase_word,  // Ctrl-W
    erase_all,   // Ctrl-U
    details,     // Tab
    login,       // Ctrl-L: the user name
    code,        // Ctrl-T
};

struct KeyPress {
    Key key = Key::text;
    std::string text = {};  // of Key::text: one character
};

class Keys {
  public:
    void add(std::string_view bytes) { pending_ += bytes; }
    /// The next one, if it came whole. Escape begins other keys too: only if nothing follows for a
    /// while, which the caller says by `is_all`, is it itself.
    std::optional<KeyPress> next(bool is_all);
    /// Something has begun and is not whole yet.
    bool is_waiting() const { return !pending_.empty(); }

  private:
    std::optional<KeyPress> after_escape(bool is_all);
    std::optional<KeyPress> character(bool is_all);
    void drop(std::size_t bytes) { pending_.erase(0, bytes); }

    std::string pending_;
};

}  // namespace sparekey::cli::finder
