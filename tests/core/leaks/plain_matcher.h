// A matcher that looks for each literal by itself: what a quick one is compared with.
#pragma once

#include "core/leaks/text_search.h"

#include <string>
#include <vector>

namespace sparekey::tests {

class PlainMatcher final : public core::LiteralMatcher {
  public:
    explicit PlainMatcher(const std::vector<std::string>& secrets) {
        for (const core::TokenKind& kind : core::token_kinds()) literals_.emplace_back(kind.mark);
        literals_.insert(literals_.end(), secrets.begin(), secrets.end());
    }
    void match(core::ByteView text, const Found& found) override {
        const std::string_view all = core::text_of(text);
        for (std::uint32_t i = 0; i < literals_.size(); ++i) {
            for (std::size_t at = all.find(literals_[i]); at != std::string_view::npos;
                 at = all.find(literals_[i], at + 1)) {
                found(i, at + literals_[i].size());
            }
        }
    }
    std::size_t size_of(std::uint32_t literal) const override { return literals_[literal].size(); }

  private:
    std::vector<std::string> literals_;
};

/// What a search of `text` alone finds.
struct Place {
    std::uint32_t literal = 0;
    std::size_t at = 0;
    std::string token;
};
inline std::vector<Place> places_in(const std::string& text,
                                    const std::vector<std::string>& secrets) {
    PlainMatcher matcher(secrets);
    core::EncodedShapes shapes;
    for (const std::string& secret : secrets) shapes.note(core::bytes_of(secret));
    core::TextSearch search(matcher, shapes);
    std::vector<Place> places;
    search.search({core::bytes_of(text), 0, text.size()}, [&](const core::Hit& hit) {
        places.push_back({hit.literal, hit.at, std::string(hit.token)});
    });
    return places;
}

}  // namespace sparekey::tests
