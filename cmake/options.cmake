# Warnings, hardening and sanitizers, on one INTERFACE target that every target of ours links.
add_library(sparekey_options INTERFACE)
target_include_directories(sparekey_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(sparekey_options INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Werror=unused-result -Werror=return-type
    -fstack-protector-strong -fno-omit-frame-pointer)
target_compile_definitions(sparekey_options INTERFACE SPAREKEY_VERSION="${PROJECT_VERSION}")
if(CMAKE_BUILD_TYPE STREQUAL Release)
    target_compile_definitions(sparekey_options INTERFACE _FORTIFY_SOURCE=2)
    target_compile_options(sparekey_options INTERFACE -fstack-clash-protection -fcf-protection)
    target_link_options(sparekey_options INTERFACE -Wl,-z,relro,-z,now)
endif()

# What makes a static-pie start sooner: 800 KB of relocations as 10, and no code that nobody calls.
# The check runs a program, since what relocates itself has to know the format (glibc 2.36).
include(CheckCXXSourceRuns)
set(SPAREKEY_START_OPTIONS -Wl,--gc-sections -Wl,-z,pack-relative-relocs)
set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie ${SPAREKEY_START_OPTIONS})
check_cxx_source_runs("
    const char* volatile words[] = {\"one\", \"two\"};
    int main(int argc, char**) { return words[argc][0] == 't' ? 0 : 1; }" SPAREKEY_STARTS_PACKED)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
if(NOT SPAREKEY_STARTS_PACKED)
    set(SPAREKEY_START_OPTIONS "")
endif()
if(SPAREKEY_SANITIZE)
    target_compile_options(sparekey_options INTERFACE
        -fsanitize=${SPAREKEY_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(sparekey_options INTERFACE -fsanitize=${SPAREKEY_SANITIZE})
    target_compile_definitions(sparekey_options INTERFACE SPAREKEY_SANITIZED)
endif()
# The tests start very many processes, and what the sanitizers know of a program is a million pointers in it: at
# fixed addresses, none of them is written at each start.
if(SPAREKEY_SANITIZE MATCHES address)
    set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(sparekey_options INTERFACE -fno-pie -ffunction-sections -fdata-sections)
    target_link_options(sparekey_options INTERFACE -no-pie -Wl,--gc-sections)
endif()
if(SPAREKEY_SANITIZE STREQUAL thread)
    target_sources(sparekey_options INTERFACE ${PROJECT_SOURCE_DIR}/cmake/thread_sanitizer.cpp)
endif()
if(SPAREKEY_MUTANTS)
    target_compile_definitions(sparekey_options INTERFACE SPAREKEY_MUTANTS)
endif()

# For what has coroutines, linked last so that it comes after what switches the check on: clang 14
# cannot assemble them with this check of undefined behaviour ("Cannot represent a difference across
# sections").
add_library(sparekey_coroutines INTERFACE)
target_compile_options(sparekey_coroutines INTERFACE
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
