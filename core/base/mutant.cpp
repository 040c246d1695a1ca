#include "core/base/mutant.h"

#ifdef SPAREKEY_MUTANTS

#include <cstdlib>
#include <string>

namespace sparekey::core {
namespace {

std::string& chosen() {
    static std::string name = [] {
        const char* given = std::getenv("SPAREKEY_MUTANT");
        return std::string(given == nullptr ? "" : given);
    }();
    return name;
}

}  // namespace

bool left_out(std::string_view name) {
    return chosen() == name;
}
void leave_out(std::string_view name) {
    chosen() = name;
}

}  // namespace sparekey::core

#endif
