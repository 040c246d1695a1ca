// Catch2's main, after the one initialization that core/crypto asks for.
#include "core/crypto/system_random.h"

#include <catch2/catch_session.hpp>

int main(int argc, char** argv) {
    sparekey::core::start_crypto();
    return Catch::Session().run(argc, argv);
}
