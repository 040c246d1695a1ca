// libFuzzer: the head of a request. What the gate lets in, Beast must read the same way.
#include "sync/server/http/gate.h"
#include "sync/server/http/second_reader.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey::sync;
    static const GateRules rules{Hosts::listed, {"h"}};
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto found = find_head(bytes);
    const auto* whole = std::get_if<std::size_t>(&found);
    if (whole == nullptr || *whole == 0) return 0;
    const auto head = bytes.substr(0, *whole);
    const auto verdict = examine_head(head, rules);
    if (const auto* made = std::get_if<Head>(&verdict)) {
        if (!second_reader_agrees(head, *made)) std::abort();
        if (made->path.front() != '/' || has_control(made->path)) std::abort();
    }
    return 0;
}
