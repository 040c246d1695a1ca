// libFuzzer: docker's document of a login.
#include "cli/formats/docker_json.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    (void)cli::docker_login_from_json(core::text_of({data, size})).has_value();
    return 0;
}
