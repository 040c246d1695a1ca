// libFuzzer: references, and templates with references in them. The pieces of a template lie in
// it, in order.
#include "cli/references/template.h"
#include "core/base/bytes.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const std::string_view text = core::text_of({data, size});
    (void)cli::parse_reference(text).has_value();
    const auto pieces = cli::scan_template(text);
    if (!pieces) return 0;
    const char* at = text.data();
    for (const cli::TemplatePiece& piece : *pieces) {
        if (piece.text.data() < at) std::abort();
        at = piece.text.data() + piece.text.size();
        if (piece.is_reference && !cli::parse_reference(piece.text)) std::abort();
    }
    if (at > text.data() + text.size()) std::abort();
    return 0;
}
