#include "tests/simulation/known_answers.h"

#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sparekey::tests {
namespace {

/// What a function returned, and wrote.
struct Answer {
    int status = 0;
    std::string bytes = {};
};

/// By everything that was asked with, of one function.
using Answers = std::unordered_map<std::string, Answer>;

struct AllAnswers {
    Answers verified;
    Answers keypairs;
    Answers box_keys;
    Answers derived;
};
AllAnswers& known() {
    static AllAnswers all;
    return all;
}

std::string text_at(const unsigned char* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

template <class Ask>
const Answer& answer(Answers& of, std::string question, Ask ask) {
    const auto [place, is_new] = of.try_emplace(std::move(question));
    if (is_new) place->second = ask();
    return place->second;
}

}  // namespace

void forget_known_answers() {
    known() = {};
}

}  // namespace sparekey::tests

// What is called in place of each, and, by the linker's name, what would have been.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

int __real_crypto_sign_verify_detached(const unsigned char* signature, const unsigned char* message,
                                       unsigned long long size, const unsigned char* key);
int __real_crypto_sign_seed_keypair(unsigned char* key, unsigned char* secret,
                                    const unsigned char* seed);
int __real_crypto_scalarmult_base(unsigned char* key, const unsigned char* secret);

int __real_EVP_KDF_derive(EVP_KDF_CTX* context, unsigned char* key, std::size_t size,
                          const OSSL_PARAM parameters[]);

int __wrap_crypto_sign_verify_detached(const unsigned char* signature, const unsigned char* message,
                                       unsigned long long size, const unsigned char* key) {
    using namespace sparekey::tests;
    return answer(
               known().verified,
               text_at(signature, crypto_sign_BYTES) + text_at(key, crypto_sign_PUBLICKEYBYTES) +
                   text_at(message, size),
               [&] {
                   return Answer{__real_crypto_sign_verify_detached(signature, message, size, key)};
               })
        .status;
}

int __wrap_crypto_sign_seed_keypair(unsigned char* key, unsigned char* secret,
                                    const unsigned char* seed) {
    using namespace sparekey::tests;
    const Answer& made = answer(known().keypairs, text_at(seed, crypto_sign_SEEDBYTES), [&] {
        const int status = __real_crypto_sign_seed_keypair(key, secret, seed);
        return Answer{status, text_at(key, crypto_sign_PUBLICKEYBYTES) +
                                  text_at(secret, crypto_sign_SECRETKEYBYTES)};
    });
    std::copy_n(made.bytes.begin(), crypto_sign_PUBLICKEYBYTES, key);
    std::copy_n(made.bytes.begin() + crypto_sign_PUBLICKEYBYTES, crypto_sign_SECRETKEYBYTES,
                secret);
    return made.status;
}

int __wrap_crypto_scalarmult_base(unsigned char* key, const unsigned char* secret) {
    using namespace sparekey::tests;
    const Answer& made =
        answer(known().box_keys, text_at(secret, crypto_scalarmult_SCALARBYTES), [&] {
            const int status = __real_crypto_scalarmult_base(key, secret);
            return Answer{status, text_at(key, crypto_scalarmult_BYTES)};
        });
    std::copy_n(made.bytes.begin(), crypto_scalarmult_BYTES, key);
    return made.status;
}

int __wrap_EVP_KDF_derive(EVP_KDF_CTX* context, unsigned char* key, std::size_t size,
                          const OSSL_PARAM parameters[]) {
    using namespace sparekey::tests;
    std::string question =
        EVP_KDF_get0_name(EVP_KDF_CTX_kdf(context)) + ('/' + std::to_string(size));
    for (const OSSL_PARAM* one = parameters; one->key != nullptr; ++one) {
        question.append("/").append(one->key).append("/");
        question += std::to_string(one->data_size) + '/';
        question += text_at(static_cast<const unsigned char*>(one->data), one->data_size);
    }
    const Answer& made = answer(known().derived, std::move(question), [&] {
        const int status = __real_EVP_KDF_derive(context, key, size, parameters);
        return Answer{status, text_at(key, size)};
    });
    std::copy(made.bytes.begin(), made.bytes.end(), key);
    return made.status;
}
}
// NOLINTEND(bugprone-reserved-identifier)
