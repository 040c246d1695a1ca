#include "cli/output.h"

#include <string>

namespace sparekey::cli {

void JsonWriter::separate() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (has_element_.empty()) return;
    if (has_element_.back()) buffer_.append(',');
    has_element_.back() = true;
}

JsonWriter& JsonWriter::begin_object() {
    separate();
    buffer_.append('{');
    has_element_.push_back(false);
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    buffer_.append('}');
    has_element_.pop_back();
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    separate();
    buffer_.append('[');
    has_element_.push_back(false);
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    buffer_.append(']');
    has_element_.pop_back();
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    text(name);
    buffer_.append(':');
    after_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    separate();
    buffer_.append('"');
    std::size_t plain = 0;
    const auto flush = [&](std::size_t end) { buffer_.append(value.substr(plain, end - plain)); };
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
        flush(i);
        plain = i + 1;
        if (c == '"' || c == '\\') {
            buffer_.append('\\');
            buffer_.append(static_cast<char>(c));
        } else if (c == '\n') {
            buffer_.append("\\n");
        } else {
            buffer_.append("\\u00");
            buffer_.append(kDigits[c >> 4]);
            buffer_.append(kDigits[c & 15]);
        }
    }
    flush(value.size());
    buffer_.append('"');
    return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    separate();
    buffer_.append(std::to_string(value));
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
    separate();
    buffer_.append(value ? "true" : "false");
    return *this;
}

JsonWriter& JsonWriter::null() {
    separate();
    buffer_.append("null");
    return *this;
}

core::SecretBytes JsonWriter::drain() {
    return std::exchange(buffer_, {}).take();
}

}  // namespace sparekey::cli
