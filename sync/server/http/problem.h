// Errors as bodies: application/problem+json (RFC 9457) for the API and pages, RFC 6749 section 5.2
// for /oauth. Neither repeats what the request said.
#pragma once

#include "sync/server/http/message.h"

namespace sparekey::sync {

/// `type` is "about:blank"; `title` the status's reason; `detail` says what mends it; `code` a
/// stable word for programs.
Response problem(unsigned status, std::string_view code, std::string_view detail);
/// With Retry-After (whole seconds, at least 1): 429, 503.
Response problem_later(unsigned status, std::string_view code, std::string_view detail,
                       unsigned seconds);
/// What stood in the way before a handler had its say.
struct Trouble {
    unsigned status = 500;
    std::string_view code;
    std::string_view detail;
    unsigned retry_after = 0;  // seconds; 0: none
};
/// In the words of the path: RFC 6749's under /oauth/, a problem elsewhere.
Response in_words_of(std::string_view path, const Trouble& trouble);
/// 429 with Retry-After, as a Trouble.
Trouble too_many(unsigned seconds);
/// The same in the words of the path.
Response slow_down(std::string_view path, unsigned seconds);
/// RFC 6749 section 5.2: {"error":…,"error_description":…} with Cache-Control: no-store.
Response oauth_error(unsigned status, std::string_view error, std::string_view description);

}  // namespace sparekey::sync
