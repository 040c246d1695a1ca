#include "sync/server/http/bearer_token.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

bool is_token_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<Token> bearer_token(const Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto value = request.header("authorization");
    if (!value || !equal_ignoring_case(value->substr(0, kScheme.size()), kScheme)) {
        return std::nullopt;
    }
    const auto text = value->substr(kScheme.size());
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_token_character)) {
        return std::nullopt;
    }
    return Token(text);
}

}  // namespace sparekey::sync
