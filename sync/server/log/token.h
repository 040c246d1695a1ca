// A token as it came or as it goes out: what whoever holds it may do, so it is in no log line.
#pragma once

#include "core/secret/secret_bytes.h"

#include <iosfwd>

namespace sparekey::sync {

/// Nothing prints it, formats it or makes a log field of it; tests/sync/http holds that to the
/// compiler. expose() is for hashing and for the one answer that hands it out.
class Token {
  public:
    explicit Token(std::string_view text) : text_(core::SecretText::copy_of(text)) {}
    std::string_view expose() const { return text_.expose(); }

  private:
    core::SecretText text_;
};

std::ostream& operator<<(std::ostream&, const Token&) = delete;

}  // namespace sparekey::sync
