// libFuzzer: the files of run --env-file. What is read has names that are names and no NUL.
#include "cli/references/dotenv.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    const auto variables = cli::parse_dotenv(core::text_of({data, size}));
    if (!variables) return 0;
    for (const cli::Variable& variable : *variables) {
        if (!cli::is_variable_name(variable.name)) std::abort();
        if (variable.value.expose().find('\0') != std::string_view::npos) std::abort();
    }
    return 0;
}
