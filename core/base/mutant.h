// Mutants: a test picks one security check by name, leaves it out, and must turn red.
//
//     if (!SPAREKEY_LEFT_OUT("slot-commitment") && !equal_constant_time(a, b)) return refusal();
//
// Only the presets `mutants` and `checks` can leave anything out; in every other build the word is
// `false` and no trace of the name is compiled in (tests/lint looks).
#pragma once

#ifdef SPAREKEY_MUTANTS
#include <string_view>

namespace sparekey::core {
/// True if `name` is the check that leave_out() or $SPAREKEY_MUTANT named.
bool left_out(std::string_view name);
void leave_out(std::string_view name);
}  // namespace sparekey::core

#define SPAREKEY_LEFT_OUT(name) (::sparekey::core::left_out(name))
#else
#define SPAREKEY_LEFT_OUT(name) (false)
#endif
