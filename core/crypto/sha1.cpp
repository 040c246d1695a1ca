#include "core/crypto/sha1.h"

#include "core/base/error.h"

#include <openssl/evp.h>

namespace sparekey::core {

SecretBytes sha1(ByteView bytes) {
    SecretBytes digest(20);
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.expose_mutable().data(), &size, EVP_sha1(),
                   nullptr) != 1 ||
        size != digest.size()) {
        throw SystemFailure("SHA-1 failed");
    }
    return digest;
}

}  // namespace sparekey::core
