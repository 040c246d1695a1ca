# Takes the EFF's long word list (CC BY 3.0) from Debian's diceware package into a generated source.
set(SPAREKEY_WORDLIST
    /usr/lib/python3/dist-packages/diceware/wordlists/wordlist_en_eff.txt
    CACHE FILEPATH "the EFF's long word list, 7776 words")
if(NOT EXISTS ${SPAREKEY_WORDLIST})
    message(FATAL_ERROR "The EFF word list is missing: install Debian's diceware package.")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${SPAREKEY_WORDLIST})
file(STRINGS ${SPAREKEY_WORDLIST} lines)
set(words "")
set(ends "")
set(end 0)
set(count 0)
foreach(line IN LISTS lines)
    string(REGEX REPLACE "^[1-6]+[ \t]+" "" word "${line}")
    if(word MATCHES "^[a-z-]+$")
        string(APPEND words "    \"${word}\"\n")
        string(LENGTH "${word}" length)
        math(EXPR end "${end} + ${length}")
        string(APPEND ends "    ${end},\n")
        math(EXPR count "${count} + 1")
    endif()
endforeach()
if(NOT count EQUAL 7776)
    message(FATAL_ERROR "${SPAREKEY_WORDLIST} has ${count} words instead of 7776.")
endif()
set(SPAREKEY_WORDLIST_SOURCE ${PROJECT_BINARY_DIR}/generated/wordlist.cpp)
file(CONFIGURE OUTPUT ${SPAREKEY_WORDLIST_SOURCE} CONTENT
"// Generated from the EFF's long word list.
#include \"core/generate/wordlist.h\"

#include <array>

namespace sparekey::core {
namespace {

// No table of pointers: each of its pages would be written at every start, as the program is moved
// to where it was loaded.
constexpr std::string_view kText =
@words@;
constexpr std::array<std::uint16_t, kWordCount> kEnds = {
@ends@};

}  // namespace

std::string_view word_at(std::uint32_t index) {
    const std::size_t start = index == 0 ? 0 : kEnds.at(index - 1);
    return kText.substr(start, kEnds.at(index) - start);
}

}  // namespace sparekey::core
" @ONLY)
