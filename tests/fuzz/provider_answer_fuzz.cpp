// libFuzzer: what a browser brings back from a provider. Without the attempt's state there is no
// code; and no message holds what a terminal would choke on.
#include "core/text/unicode.h"
#include "sync/server/oidc/attempt.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const std::string text(core::text_of({data, size}));
    sync::CallbackParameters parameters;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('&', at), text.size());
        const std::size_t equals = std::min(text.find('=', at), end);
        parameters.emplace(text.substr(at, equals - at),
                           text.substr(std::min(equals + 1, end), end - std::min(equals + 1, end)));
        at = end + 1;
    }
    const sync::ProviderAttempt attempt{"corp", "S", "N", "V", 0};
    const sync::AnswerIssuer issuer{true, [](const std::string& named) { return named == "I"; }};
    const auto code = sync::code_of_answer(attempt, parameters, issuer, 1);
    if (code && (parameters["state"] != "S" || parameters["iss"] != "I" || code->empty())) {
        std::abort();
    }
    if (!code && !core::is_plain_text(code.error().message)) std::abort();
    return 0;
}
