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
if(SPAREKEY_SANITIZE)
    target_compile_options(sparekey_options INTERFACE
        -fsanitize=${SPAREKEY_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(sparekey_options INTERFACE -fsanitize=${SPAREKEY_SANITIZE})
    target_compile_definitions(sparekey_options INTERFACE SPAREKEY_SANITIZED)
endif()
if(SPAREKEY_SANITIZE STREQUAL thread)
    target_sources(sparekey_options INTERFACE ${PROJECT_SOURCE_DIR}/cmake/thread_sanitizer.cpp)
endif()
if(SPAREKEY_MUTANTS)
    target_compile_definitions(sparekey_options INTERFACE SPAREKEY_MUTANTS)
endif()
