// Argon2id by libsodium against the reference library, libargon2; and its bounds.
#include "core/crypto/argon2id.h"

#include "tests/support/seeded_random.h"

#include <argon2.h>
#include <catch2/catch_test_macros.hpp>
#include <dlfcn.h>

#include <iostream>

namespace sparekey::core {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// libargon2's own argon2id_hash_raw, not libsodium's of the same name.
decltype(&argon2id_hash_raw) reference_argon2id() {
    void* const library = ::dlopen(SPAREKEY_ARGON2, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(library != nullptr);
    void* const function = ::dlsym(library, "argon2id_hash_raw");
    REQUIRE(function != nullptr);
    Dl_info info{};
    REQUIRE(::dladdr(function, &info) != 0);
    REQUIRE(std::string_view(info.dli_fname).find("libargon2") != std::string_view::npos);
    return reinterpret_cast<decltype(&argon2id_hash_raw)>(function);
}

}  // namespace

TEST_CASE("Argon2id gives what the reference implementation gives", "[core][argon2id]") {
    tests::SeededRandom random;
    const auto reference = reference_argon2id();
    const std::size_t rounds = tests::count(20);
    for (std::size_t i = 0; i < rounds; ++i) {
        Bytes password(i == 0 ? 0 : random.below(80));
        random.fill(password);
        const KdfSalt salt = random.bytes<kKdfSaltSize>();
        const KdfCost cost{(8 + random.below(25)) * kMiB,
                           static_cast<std::uint32_t>(1 + random.below(4))};
        std::array<std::uint8_t, 32> ours{}, theirs{};
        REQUIRE(argon2id(password, salt, cost, ours));
        REQUIRE(reference(cost.passes, static_cast<std::uint32_t>(cost.memory / 1024), 1,
                          password.data(), password.size(), salt.data(), salt.size(), theirs.data(),
                          theirs.size()) == ARGON2_OK);
        CHECK(ours == theirs);
    }
    std::cout << "argon2id: " << rounds << " costs and passwords compared\n";
}

TEST_CASE("a cost out of bounds is refused before any memory is taken",
          "[core][argon2id][mutant:kdf-bounds]") {
    const KdfCost wrong[] = {
        {4 * kMiB, 3},         {64 * kMiB, 0},   {2048 * kMiB, 3},
        {64 * kMiB, 17},       {1024 * kMiB, 9}, {std::uint64_t{1} << 62, 3},
        {64 * kMiB, 1u << 31}, {0, 0},
    };
    for (const KdfCost& cost : wrong) {
        CHECK_FALSE(within_bounds(cost, kKdfLowestOpened));
        std::array<std::uint8_t, 32> out{};
        const auto result = argon2id(bytes_of("x"), {}, cost, out);
        REQUIRE_FALSE(result);
        CHECK(result.error().code == ErrorCode::integrity);
        CHECK(out == std::array<std::uint8_t, 32>{});
    }
    CHECK(within_bounds({8 * kMiB, 1}, kKdfLowestOpened));
    CHECK(within_bounds({1024 * kMiB, 8}, kKdfLowestOpened));
    CHECK(within_bounds(kKdfDefault, kKdfFloor));
    CHECK_FALSE(within_bounds({8 * kMiB, 1}, kKdfFloor));
    CHECK_FALSE(within_bounds({64 * kMiB + 512, 3}, kKdfFloor));
}

}  // namespace sparekey::core
