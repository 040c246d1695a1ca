// sparekey-bcrypt: OpenSSH's bcrypt_pbkdf of the passphrase on standard input, as bytes.
//
// usage: sparekey-bcrypt SALT-IN-HEX ROUNDS SIZE < PASSPHRASE
#include "core/secret/secret_bytes.h"
#include "core/text/number.h"

#include <botan/pwdhash.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <optional>

namespace {

using namespace sparekey::core;

constexpr std::size_t kLongestPassphrase = 64 * 1024;

SecretBytes read_passphrase() {
    SecretBytes input(kLongestPassphrase);
    std::size_t size = 0;
    while (size < input.size()) {
        const ssize_t got =
            ::read(STDIN_FILENO, input.expose_mutable().data() + size, input.size() - size);
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    input.truncate(size);
    return input;
}

SecretBytes derive(ByteView salt, std::size_t rounds, std::size_t size) {
    const SecretBytes passphrase = read_passphrase();
    SecretBytes key(size);
    const auto hash =
        Botan::PasswordHashFamily::create_or_throw("Bcrypt-PBKDF")->from_params(rounds);
    hash->derive_key(key.expose_mutable().data(), key.size(), text_of(passphrase.expose()).data(),
                     passphrase.size(), salt.data(), salt.size());
    return key;
}

}  // namespace

int main(int argc, char** argv) {
    const auto salt = argc == 4 ? from_hex(argv[1]) : std::nullopt;
    const auto rounds = argc == 4 ? whole_number<std::size_t>(argv[2], 1, 1 << 16) : std::nullopt;
    const auto size = argc == 4 ? whole_number<std::size_t>(argv[3], 1, 1024) : std::nullopt;
    if (!salt || !rounds || !size) {
        std::fputs("usage: sparekey-bcrypt SALT-IN-HEX ROUNDS SIZE < PASSPHRASE\n", stderr);
        return 2;
    }
    try {
        const SecretBytes key = derive(*salt, *rounds, *size);
        return ::write(STDOUT_FILENO, key.expose().data(), key.size()) ==
                       static_cast<ssize_t>(key.size())
                   ? 0
                   : 1;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "sparekey-bcrypt: %s\n", failure.what());
        return 1;
    }
}
