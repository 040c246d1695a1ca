#include "core/leaks/text_search.h"

#include <algorithm>
#include <tuple>

namespace sparekey::core {
namespace {

constexpr std::string_view kAllow = "sparekey:allow";

}  // namespace

bool is_allowed(ByteView text, std::size_t at) {
    const std::string_view all = text_of(text);
    const std::size_t before = at == 0 ? std::string_view::npos : all.rfind('\n', at - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = std::min(all.find('\n', at), all.size());
    return all.substr(begin, end - begin).find(kAllow) != std::string_view::npos;
}

void TextSearch::take(std::string_view text, std::uint32_t literal, std::size_t end,
                      const std::function<std::size_t(std::size_t)>& origin) {
    const std::size_t begin = end - matcher_.size_of(literal);
    if (literal >= first_secret()) {
        hits_.push_back({literal, origin(begin), {}});
        return;
    }
    const std::string_view token = token_kinds()[literal].find(text, begin);
    if (token.empty()) return;
    const auto start = static_cast<std::size_t>(token.data() - text.data());
    hits_.push_back({literal, origin(start), token});
}

void TextSearch::search(const Window& window, const Report& report) {
    hits_.clear();
    const std::string_view text = text_of(window.text);
    matcher_.match(window.text, [&](std::uint32_t literal, std::size_t end) {
        take(text, literal, end, [](std::size_t at) { return at; });
    });
    decoded_.decode(window.text, shapes_);
    const std::string_view decoded = text_of(decoded_.bytes());
    matcher_.match(decoded_.bytes(), [&](std::uint32_t literal, std::size_t end) {
        take(decoded, literal, end,
             [&](std::size_t at) { return decoded_.origin(window.text, at); });
    });
    const auto place = [](const Hit& hit) { return std::tuple(hit.at, hit.literal); };
    std::sort(hits_.begin(), hits_.end(),
              [&](const Hit& left, const Hit& right) { return place(left) < place(right); });
    const auto end =
        std::unique(hits_.begin(), hits_.end(),
                    [&](const Hit& left, const Hit& right) { return place(left) == place(right); });
    for (auto hit = hits_.begin(); hit != end; ++hit) {
        if (hit->at >= window.begin && hit->at < window.end) report(*hit);
    }
}

}  // namespace sparekey::core
