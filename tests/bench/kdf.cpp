// bench_kdf MEBIBYTES PASSES: libsodium's Argon2id alone, the floor of every unlock.
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
    if (argc != 3 || sodium_init() < 0) {
        std::cerr << "usage: bench_kdf MEBIBYTES PASSES\n";
        return 2;
    }
    const std::size_t memory = std::strtoull(argv[1], nullptr, 10) << 20U;
    const unsigned long long passes = std::strtoull(argv[2], nullptr, 10);
    constexpr std::string_view password = "correct horse battery staple";
    const std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{1, 2, 3};
    std::array<unsigned char, 32> key{};
    const int failed = crypto_pwhash(key.data(), key.size(), password.data(), password.size(),
                                     salt.data(), passes, memory, crypto_pwhash_ALG_ARGON2ID13);
    std::cout << static_cast<int>(key[0]) << '\n';
    return failed == 0 ? 0 : 1;
}
