// libFuzzer: a paper code that is read is written the same.
#include "core/vault/paper_code.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const std::string_view text = core::text_of({data, size});
    for (const auto kind : {core::PaperKind::secret_key, core::PaperKind::recovery_code}) {
        const auto code = core::parse_paper_code(kind, text);
        if (code && code->secret.size() != 20) std::abort();
    }
    return 0;
}
