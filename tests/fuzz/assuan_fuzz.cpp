// libFuzzer: a line that a pinentry says, and text on its way to one.
#include "cli/terminal/assuan.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const std::string_view line = core::text_of({data, size});
    const auto reply = cli::parse_assuan(line);
    const bool is_data = reply && reply->kind == cli::AssuanReply::Kind::data;
    if (reply && !is_data && !reply->data.empty()) std::abort();
    // What is encoded here is decoded there.
    const auto back = cli::parse_assuan("D " + cli::assuan_text(line));
    if (size < 1000 && (!back || back->data.expose() != line)) std::abort();
    return 0;
}
