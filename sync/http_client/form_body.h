// The body of a form that we post (WHATWG URL section 5.2), in wiped memory: it may hold a secret.
#pragma once

#include "core/secret/secret_bytes.h"

#include <string_view>

namespace sparekey::sync {

/// RFC 3986's unreserved characters stay, everything else becomes %XX, byte by byte, so that no
/// copy of a secret is left.
void append_encoded(core::SecretBuilder& form, std::string_view text);

class FormBody {
  public:
    FormBody& add(std::string_view name, std::string_view value);
    core::SecretText take() && { return core::SecretText(std::move(form_).take()); }

  private:
    core::SecretBuilder form_;
};

}  // namespace sparekey::sync
