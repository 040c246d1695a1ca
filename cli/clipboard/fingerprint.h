// What is remembered of a copied text: a keyed hash that only tells whether a text is the same.
//
// The key is random for each copy and lies in locked memory, so what is left of a fingerprint
// elsewhere says nothing about the text.
#pragma once

#include "core/ports/random.h"
#include "core/secret/key.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::cli::clipboard {

class Fingerprint {
  public:
    static Fingerprint of(std::string_view text, core::Random& random);
    /// From what bytes() gave; nothing if it has another size.
    static std::optional<Fingerprint> from_bytes(core::ByteView bytes);
    core::SecretBytes bytes() const;

    /// The text, or the text and the line break that some tools put after it.
    bool matches(std::string_view text) const;

  private:
    struct ClipboardTag;
    core::Key<ClipboardTag> key_;
    core::Hash hash_{};
};

}  // namespace sparekey::cli::clipboard
