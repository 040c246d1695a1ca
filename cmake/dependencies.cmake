# Debian's libraries, as imported targets. Static archives, so that the program needs none of them
# at run time; their headers count as system headers.
function(sparekey_static_library name archive)
    find_library(SPAREKEY_${name}_ARCHIVE NAMES lib${archive}.a REQUIRED)
    add_library(${name} STATIC IMPORTED)
    set_target_properties(${name} PROPERTIES
        IMPORTED_LOCATION ${SPAREKEY_${name}_ARCHIVE})
endfunction()

find_package(Threads REQUIRED)

sparekey_static_library(sodium sodium)
sparekey_static_library(gfshare gfshare)
sparekey_static_library(zlib z)
sparekey_static_library(zstd zstd)

# OpenSSL: its archive, but its shared library in a program that links libcurl or libpq, which bring the
# shared one along; two copies in one process would share some symbols and not others. Such a program has
# the property SPAREKEY_SHARED_OPENSSL.
sparekey_static_library(crypto_archive crypto)
target_link_libraries(crypto_archive INTERFACE zlib zstd Threads::Threads ${CMAKE_DL_LIBS})
find_package(OpenSSL 3 REQUIRED)
add_library(crypto INTERFACE)
target_link_libraries(crypto INTERFACE
    $<IF:$<BOOL:$<TARGET_PROPERTY:SPAREKEY_SHARED_OPENSSL>>,OpenSSL::Crypto,crypto_archive>)

sparekey_static_library(utf8proc utf8proc)
target_compile_definitions(utf8proc INTERFACE UTF8PROC_STATIC)
sparekey_static_library(pugixml pugixml)

# Shared: for helper programs only.
find_library(SPAREKEY_zxcvbn_LIBRARY NAMES libzxcvbn.so REQUIRED)
add_library(zxcvbn SHARED IMPORTED)
set_target_properties(zxcvbn PROPERTIES IMPORTED_LOCATION ${SPAREKEY_zxcvbn_LIBRARY})
find_library(SPAREKEY_botan_LIBRARY NAMES libbotan-3.so libbotan-2.so REQUIRED)
find_path(SPAREKEY_BOTAN_INCLUDE botan/pwdhash.h PATH_SUFFIXES botan-3 botan-2 REQUIRED)
add_library(botan SHARED IMPORTED)
set_target_properties(botan PROPERTIES IMPORTED_LOCATION ${SPAREKEY_botan_LIBRARY})
target_include_directories(botan SYSTEM INTERFACE ${SPAREKEY_BOTAN_INCLUDE})
find_library(SPAREKEY_qrencode_LIBRARY NAMES libqrencode.so REQUIRED)
add_library(qrencode SHARED IMPORTED)
set_target_properties(qrencode PROPERTIES IMPORTED_LOCATION ${SPAREKEY_qrencode_LIBRARY})
find_library(SPAREKEY_systemd_LIBRARY NAMES libsystemd.so REQUIRED)
add_library(systemd SHARED IMPORTED)
set_target_properties(systemd PROPERTIES IMPORTED_LOCATION ${SPAREKEY_systemd_LIBRARY})

find_package(PkgConfig REQUIRED)
pkg_check_modules(graphviz REQUIRED IMPORTED_TARGET libgvc libcgraph)
pkg_check_modules(zip REQUIRED IMPORTED_TARGET libzip)

# Hyperscan, or Vectorscan where Debian has that one: the same interface and the same name.
sparekey_static_library(hyperscan hs)

# Shared: for the server and for what speaks HTTP.
find_package(CURL REQUIRED)
find_package(spdlog REQUIRED)
pkg_check_modules(cjose REQUIRED IMPORTED_TARGET cjose)
pkg_check_modules(git2 REQUIRED IMPORTED_TARGET libgit2)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx)

sparekey_static_library(boost_json boost_json)

sparekey_static_library(sqlcipher sqlcipher)
find_path(SPAREKEY_SQLCIPHER_INCLUDE sqlcipher/sqlite3.h REQUIRED)
target_include_directories(sqlcipher SYSTEM INTERFACE ${SPAREKEY_SQLCIPHER_INCLUDE}/sqlcipher)
target_compile_definitions(sqlcipher INTERFACE SQLITE_HAS_CODEC)
target_link_libraries(sqlcipher INTERFACE crypto zlib m)

add_library(cereal INTERFACE)
find_path(SPAREKEY_CEREAL_INCLUDE cereal/cereal.hpp REQUIRED)
target_include_directories(cereal SYSTEM INTERFACE ${SPAREKEY_CEREAL_INCLUDE})
