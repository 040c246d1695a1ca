#include "core/leaks/fingerprint.h"

#include "core/crypto/hash.h"

namespace sparekey::core {

std::string leak_fingerprint(std::string_view item, std::string_view kind, std::string_view path,
                             std::string_view token) {
    Sha256 hash;
    hash.update(bytes_of("sparekey/v1/leak"));
    for (const std::string_view part : {item, kind, path, token}) {
        Bytes length;
        for (unsigned shift = 0; shift < 64; shift += 8) {
            length.push_back(static_cast<std::uint8_t>(std::uint64_t{part.size()} >> shift));
        }
        hash.update(length);
        hash.update(bytes_of(part));
    }
    return to_hex(hash.finish()).substr(0, 32);
}

}  // namespace sparekey::core
