#include "core/crypto/shamir.h"

#include "core/base/error.h"
#include "core/base/mutant.h"

extern "C" {  // which its header leaves out
#include <libgfshare.h>
}
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <set>

namespace sparekey::core {
namespace {

using Sharing = std::unique_ptr<gfshare_ctx, decltype(&gfshare_ctx_free)>;

void fill_by_sodium(unsigned char* bytes, unsigned int size) {
    randombytes_buf(bytes, size);
}

/// libgfshare draws coefficients, and wipes what it frees, by a function that is null until set.
void set_source() {
    gfshare_fill_rand = SPAREKEY_LEFT_OUT("shamir-random")
                            ? gfshare_bad_idea_but_fill_rand_using_random
                            : fill_by_sodium;
}

Sharing checked(gfshare_ctx* made) {
    if (made == nullptr) throw SystemFailure("a secret cannot be shared: no memory");
    return Sharing(made, &gfshare_ctx_free);
}

}  // namespace

std::vector<ShamirShare> shamir_split(ByteView secret, std::uint8_t threshold, std::uint8_t count) {
    if (threshold < 2 || threshold > count || secret.empty()) {
        throw SystemFailure("a secret cannot be shared that way");
    }
    set_source();
    std::vector<unsigned char> numbers(count);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<unsigned char>(i + 1);
    const Sharing context = checked(gfshare_ctx_init_enc(numbers.data(), count, threshold,
                                                         static_cast<unsigned int>(secret.size())));
    SecretBytes copy = SecretBytes::copy_of(secret);  // it asks for a pointer to non-const
    gfshare_ctx_enc_setsecret(context.get(), copy.expose_mutable().data());
    std::vector<ShamirShare> shares;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        SecretBytes value(secret.size());
        gfshare_ctx_enc_getshare(context.get(), static_cast<unsigned char>(i),
                                 value.expose_mutable().data());
        shares.push_back({numbers[i], std::move(value)});
    }
    return shares;
}

SecretBytes shamir_combine(const std::vector<const ShamirShare*>& shares) {
    std::vector<unsigned char> numbers;
    for (const ShamirShare* const share : shares) numbers.push_back(share->number);
    const std::set<unsigned char> distinct(numbers.begin(), numbers.end());
    const bool same_size = std::all_of(shares.begin(), shares.end(), [&](const ShamirShare* share) {
        return share->value.size() == shares.front()->value.size();
    });
    if (shares.empty() || distinct.size() != numbers.size() || distinct.count(0) > 0 ||
        !same_size) {
        throw SystemFailure("these are no shares of one secret");
    }
    set_source();
    SecretBytes secret(shares.front()->value.size());
    const Sharing context =
        checked(gfshare_ctx_init_dec(numbers.data(), static_cast<unsigned int>(numbers.size()),
                                     static_cast<unsigned int>(secret.size())));
    for (std::size_t i = 0; i < shares.size(); ++i) {
        SecretBytes value = shares[i]->value.clone();
        gfshare_ctx_dec_giveshare(context.get(), static_cast<unsigned char>(i),
                                  value.expose_mutable().data());
    }
    gfshare_ctx_dec_extract(context.get(), secret.expose_mutable().data());
    return secret;
}

}  // namespace sparekey::core
