// sparekey-strength: how hard the text on standard input is to guess, in a word. With --many the
// input is any number of texts, each after its length as four bytes, little-endian; a line each.
#include "core/strength/strength.h"

#include "core/secret/secret_bytes.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

namespace {

using namespace sparekey::core;

SecretBytes read_all() {
    SecretBuilder all;
    SecretBytes block(64 * 1024);
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, block.expose_mutable().data(), block.size());
        if (got <= 0) break;
        all.append(block.expose().first(static_cast<std::size_t>(got)));
    }
    return std::move(all).take();
}

void print_strength(ByteView text) {
    const Strength strength = estimate_strength(text_of(text));
    std::printf("%.*s\n", static_cast<int>(strength.word.size()), strength.word.data());
}

/// False if the input ends within a text.
bool print_each(ByteView left) {
    while (!left.empty()) {
        if (left.size() < 4) return false;
        const std::size_t size = left[0] | (std::size_t{left[1]} << 8) |
                                 (std::size_t{left[2]} << 16) | (std::size_t{left[3]} << 24);
        left = left.subspan(4);
        if (size > left.size()) return false;
        print_strength(left.first(size));
        left = left.subspan(size);
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    ::prctl(PR_SET_DUMPABLE, 0);  // no core, and nobody looks into its memory
    const SecretBytes input = read_all();
    if (argc == 2 && std::string_view(argv[1]) == "--many")
        return print_each(input.expose()) ? 0 : 1;
    print_strength(input.expose());
    return 0;
}
