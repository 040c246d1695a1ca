// libFuzzer: any text is searched within bounds; what is found encoded stands where it is said to,
// in any window as in the whole.
#include "core/leaks/needles.h"
#include "tests/core/leaks/plain_matcher.h"

#include <cstdlib>
#include <set>

namespace {

using namespace sparekey;

std::set<std::pair<std::uint32_t, std::size_t>> found_in(core::ByteView text, std::size_t begin,
                                                         std::size_t end) {
    static const std::vector<std::string> secrets = {"K7#pq9Zx", "a1b2 c3d4", "hunter2hunter3"};
    tests::PlainMatcher matcher(secrets);
    core::EncodedShapes shapes;
    for (const std::string& secret : secrets) shapes.note(core::bytes_of(secret));
    core::TextSearch search(matcher, shapes);
    std::set<std::pair<std::uint32_t, std::size_t>> found;
    search.search({text, begin, end}, [&](const core::Hit& hit) {
        if (hit.at < begin || hit.at >= end) std::abort();
        if (!found.emplace(hit.literal, hit.at).second) std::abort();
        (void)core::is_allowed(text, hit.at);
    });
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const core::ByteView text(data, size);
    const auto whole = found_in(text, 0, size);
    const std::size_t border = size == 0 ? 0 : data[0] % (size + 1);
    auto parts = found_in(text, 0, border);
    const auto rest = found_in(text, border, size);
    parts.insert(rest.begin(), rest.end());
    if (parts != whole) std::abort();
    for (const auto form : {core::SecretForm::text, core::SecretForm::seed}) {
        for (const core::SecretText& needle : core::needles_of(core::text_of(text), form)) {
            if (needle.empty() || needle.size() > core::kLongestNeedle) std::abort();
        }
    }
    return 0;
}
