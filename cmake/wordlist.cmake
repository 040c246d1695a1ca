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
set(count 0)
foreach(line IN LISTS lines)
    string(REGEX REPLACE "^[1-6]+[ \t]+" "" word "${line}")
    if(word MATCHES "^[a-z-]+$")
        string(APPEND words "    \"${word}\",\n")
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

namespace sparekey::core {

const std::array<std::string_view, 7776> kWords = {
@words@};

}  // namespace sparekey::core
" @ONLY)
