#include "cli/clipboard/fingerprint.h"

#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::cli::clipboard {

Fingerprint Fingerprint::of(std::string_view text, core::Random& random) {
    Fingerprint made;
    random.fill(made.key_.expose_mutable());
    made.hash_ = core::hmac_sha256(made.key_.expose(), {core::bytes_of(text)});
    return made;
}

std::optional<Fingerprint> Fingerprint::from_bytes(core::ByteView bytes) {
    Fingerprint made;
    if (bytes.size() != made.key_.kSize + made.hash_.size()) return std::nullopt;
    std::copy_n(bytes.begin(), made.key_.kSize, made.key_.expose_mutable().begin());
    std::copy(bytes.begin() + made.key_.kSize, bytes.end(), made.hash_.begin());
    return made;
}

core::SecretBytes Fingerprint::bytes() const {
    core::SecretBuilder both;
    both.append(key_.expose());
    both.append(hash_);
    return std::move(both).take();
}

bool Fingerprint::matches(std::string_view text) const {
    const auto is_it = [&](std::string_view one) {
        return core::equal_constant_time(core::hmac_sha256(key_.expose(), {core::bytes_of(one)}),
                                         hash_);
    };
    if (is_it(text)) return true;
    if (!text.ends_with('\n')) return false;
    text.remove_suffix(1);
    return is_it(text);
}

}  // namespace sparekey::cli::clipboard
