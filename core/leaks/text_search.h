// One search of a piece of text for all secrets at once: as they stand, encoded, and well-known
// kinds.
#pragma once

#include "core/leaks/encodings.h"
#include "core/leaks/tokens.h"

#include <functional>

namespace sparekey::core {

/// Finds many byte strings in one pass. Where they are found is told by where they end.
class LiteralMatcher {
  public:
    using Found = std::function<void(std::uint32_t literal, std::size_t end)>;

    virtual ~LiteralMatcher() = default;
    virtual void match(ByteView text, const Found& found) = 0;
    /// In bytes.
    virtual std::size_t size_of(std::uint32_t literal) const = 0;
};

/// The first literals of a matcher are the marks of token_kinds(), in their order; a secret's
/// number is its literal's less these.
inline std::uint32_t first_secret() {
    return static_cast<std::uint32_t>(token_kinds().size());
}

/// Text around what is to be searched, so that nothing at its border is cut.
inline constexpr std::size_t kMargin = 8 * 1024;

struct Window {
    ByteView text;
    /// What is found is reported if it begins in [begin, end) of `text`, so that each place belongs
    /// to one window.
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct Hit {
    std::uint32_t literal = 0;
    std::size_t at = 0;           // where in the window's text
    std::string_view token = {};  // of a well-known kind; lives as long as the report of it
};

/// Whether the line on which `at` stands holds the word that lets a secret be: "sparekey:allow".
bool is_allowed(ByteView text, std::size_t at);

class TextSearch {
  public:
    /// `report` is told each place once, in their order.
    TextSearch(LiteralMatcher& matcher, const EncodedShapes& shapes)
        : matcher_(matcher), shapes_(shapes) {}
    TextSearch(LiteralMatcher& matcher,
               EncodedShapes&& shapes) = delete;  // they have to outlive it
    using Report = std::function<void(const Hit&)>;
    void search(const Window& window, const Report& report);

  private:
    /// What a literal that ends at `end` of `text` is worth; `origin`: where that was in the
    /// window.
    void take(std::string_view text, std::uint32_t literal, std::size_t end,
              const std::function<std::size_t(std::size_t)>& origin);

    LiteralMatcher& matcher_;
    const EncodedShapes& shapes_;
    Decoded decoded_;
    std::vector<Hit> hits_;
};

}  // namespace sparekey::core
