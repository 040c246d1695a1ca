#include "core/secret/base64.h"

#include <sodium.h>

namespace sparekey::core {

SecretText secret_to_base64(ByteView bytes) {
    constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
    SecretBytes text(sodium_base64_encoded_len(bytes.size(), kVariant));
    sodium_bin2base64(reinterpret_cast<char*>(text.expose_mutable().data()), text.size(),
                      bytes.data(), bytes.size(), kVariant);
    text.truncate(text.size() - 1);  // the terminating NUL
    return SecretText(std::move(text));
}

std::optional<SecretBytes> secret_from_base64(std::string_view text) {
    SecretBytes bytes(text.size() / 4 * 3 + 3);
    std::size_t size = 0;
    const char* end = nullptr;
    const int status =
        sodium_base642bin(bytes.expose_mutable().data(), bytes.size(), text.data(), text.size(),
                          "\r\n", &size, &end, sodium_base64_VARIANT_ORIGINAL);
    if (status != 0 || end != text.data() + text.size()) return std::nullopt;
    bytes.truncate(size);
    return bytes;
}

}  // namespace sparekey::core
