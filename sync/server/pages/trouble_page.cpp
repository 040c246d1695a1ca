#include "sync/server/pages/trouble_page.h"

#include "sync/server/pages/login_pages.h"

#include <algorithm>
#include <array>

namespace sparekey::sync {
namespace {

std::string seconds(unsigned count) {
    return std::to_string(count) + (count == 1 ? " second" : " seconds");
}

Page page_of(const Trouble& trouble) {
    switch (trouble.status) {
        case 404:
            return message_page("Nothing here",
                                "There is no page at this address. Begin again on your device: it "
                                "says what to open.",
                                404);
        case 405:
            return message_page("Not like this",
                                "This address cannot be used in this way. Begin again on your "
                                "device: it says what to open.",
                                405);
        case 413:
            return message_page("Too much", "What was sent is longer than this page takes.", 413);
        case 429:
            return message_page(
                "Wait a moment",
                "Too many attempts; try again in " + escape(seconds(trouble.retry_after)) + ".",
                429);
        case 503:
            return message_page("Not at the moment",
                                "The server is busy, or its store does not answer. Try again in " +
                                    escape(seconds(trouble.retry_after)) + ".",
                                503);
        default:
            return message_page("The server failed",
                                "It met something that it does not know, and its log says what. "
                                "Try again, or ask who hosts it.",
                                trouble.status);
    }
}

}  // namespace

bool is_page(std::string_view path) {
    constexpr std::array<std::string_view, 3> kPages = {"/login", "/device", "/account"};
    const auto is_below = [&](std::string_view page) {
        return path.starts_with(page) && (path.size() == page.size() || path[page.size()] == '/');
    };
    return path == "/" || path == "/oauth/authorize" || std::ranges::any_of(kPages, is_below);
}

Response page_or_words(std::string_view path, const Trouble& trouble) {
    if (!is_page(path)) return in_words_of(path, trouble);
    Response response = render(page_of(trouble));
    if (trouble.retry_after > 0) {
        response.headers.push_back({"retry-after", std::to_string(trouble.retry_after)});
    }
    return response;
}

}  // namespace sparekey::sync
