#include "sync/http_client/form_body.h"

namespace sparekey::sync {

void append_encoded(core::SecretBuilder& form, std::string_view text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    static constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (kPlain.find(c) != std::string_view::npos) {
            form.append(c);
        } else {
            const char encoded[] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
            form.append(std::string_view(encoded, sizeof encoded));
        }
    }
}

FormBody& FormBody::add(std::string_view name, std::string_view value) {
    if (form_.size() > 0) form_.append('&');
    append_encoded(form_, name);
    form_.append('=');
    append_encoded(form_, value);
    return *this;
}

}  // namespace sparekey::sync
