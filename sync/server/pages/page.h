// HTML as the server writes it: one layout, everything escaped, no scripts, nothing loaded from
// elsewhere.
//
// A Markup holds text that is markup already; a plain string becomes one only by escape(), so that
// a name from a provider or a device cannot be mistaken for markup.
#pragma once

#include "sync/server/http/message.h"

#include <string>
#include <string_view>
#include <vector>

namespace sparekey::sync {

class Markup {
  public:
    Markup() = default;
    /// `text` is ours: a literal.
    template <std::size_t N>
    Markup(const char (&text)[N]) : text_(text, N - 1) {}  // NOLINT: literals are markup
    Markup& operator+=(const Markup& more) {
        text_ += more.text_;
        return *this;
    }
    friend Markup operator+(Markup left, const Markup& right) { return left += right; }
    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }

  private:
    explicit Markup(std::string text) : text_(std::move(text)) {}
    friend Markup escape(std::string_view text);
    std::string text_;
};

/// For text and for double-quoted attribute values; control characters and bidirectional overrides
/// become visible, so that a device's name cannot rearrange what is compared.
Markup escape(std::string_view text);

struct Page {
    Markup title;
    Markup main;
    /// Where forms of this page may lead apart from the server itself, such as a loopback redirect:
    /// one CSP source, or nothing.
    std::string form_target;
    unsigned status = 200;
};

/// The whole page with its headers: strict Content-Security-Policy, no framing, no referrer to
/// others, not stored.
Response render(const Page& page);

/// 303 to a path of this server or to an address that was checked.
Response see_other(std::string location);

/// The hidden field of a form that changes something.
Markup token_field(std::string_view token);

}  // namespace sparekey::sync
