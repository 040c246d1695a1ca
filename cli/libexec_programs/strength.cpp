// sparekey-strength: how hard the text on standard input is to guess, in a word.
#include "core/strength/strength.h"

#include "core/secret/secret_bytes.h"

#include <unistd.h>

#include <cstdio>

int main() {
    using namespace sparekey::core;
    SecretBytes input(4096);
    std::size_t size = 0;
    while (size < input.size()) {
        const ssize_t got =
            ::read(STDIN_FILENO, input.expose_mutable().data() + size, input.size() - size);
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    const Strength strength = estimate_strength(text_of(input.expose().first(size)));
    std::printf("%.*s\n", static_cast<int>(strength.word.size()), strength.word.data());
    return 0;
}
