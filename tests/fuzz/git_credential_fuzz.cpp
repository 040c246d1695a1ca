// libFuzzer: what git tells a credential helper, and URLs. What is read can be told back, line for
// line the same.
#include "cli/protocols/git_credential.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const std::string_view text = core::text_of({data, size});
    (void)cli::parse_web_address(text).has_value();
    const auto told = cli::parse_git_credential(text);
    if (!told) return 0;
    (void)told->address().has_value();
    const auto answer = cli::git_answer(*told);
    if (!answer) std::abort();
    const auto again = cli::parse_git_credential(answer->expose());
    if (!again || again->password.expose() != told->password.expose()) std::abort();
    return 0;
}
