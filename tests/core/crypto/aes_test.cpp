#include "core/crypto/aes.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {

TEST_CASE("AES-256 decrypts as NIST SP 800-38A shows", "[core][aes][vectors]") {
    const Bytes key = *from_hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    const auto opened = [&](AesMode mode, const char* start, const char* encrypted) {
        const Bytes first = *from_hex(start);
        return to_hex(aes256_decrypt(mode, ByteView(key).first<32>(),
                                     ByteView(first).first<kAesBlock>(), *from_hex(encrypted))
                          .expose());
    };
    const char* plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
    // F.2.6 and F.5.6, two blocks of each.
    CHECK(opened(AesMode::cbc, "000102030405060708090a0b0c0d0e0f",
                 "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d") == plain);
    CHECK(opened(AesMode::ctr, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
                 "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5") == plain);
}

}  // namespace sparekey::core
