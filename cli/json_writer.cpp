#include "cli/output.h"
#include "core/secret/base64.h"

#include <optional>
#include <string>

namespace sparekey::cli {
namespace {

/// C1 controls, bidirectional controls and U+2028/9 at the beginning of UTF-8 text: what would
/// steer a terminal, or end a line, if it went out as it is.
std::optional<unsigned> steering_point(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (text.size() >= 2 && (byte(0) == 0xC2 || byte(0) == 0xD8)) {
        const unsigned point = (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
        if ((point >= 0x80 && point < 0xA0) || point == 0x061C) return point;
    }
    if (text.size() >= 3 && byte(0) == 0xE2) {
        const unsigned point = 0x2000U | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
        const bool marks = point == 0x200E || point == 0x200F;
        const bool lines_and_embeddings = point >= 0x2028 && point <= 0x202E;
        if (marks || lines_and_embeddings || (point >= 0x2066 && point <= 0x2069)) return point;
    }
    return std::nullopt;
}

void append_escape(core::SecretBuilder& buffer, unsigned point) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    buffer.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) buffer.append(kDigits[(point >> shift) & 15]);
}

}  // namespace

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
    separate();
    buffer_.append('"');
    std::size_t plain = 0;
    const auto flush = [&](std::size_t end) { buffer_.append(value.substr(plain, end - plain)); };
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        if (const auto point = steering_point(value.substr(i))) {
            flush(i);
            append_escape(buffer_, *point);
            i += *point < 0x800 ? 1U : 2U;
            plain = i + 1;
            continue;
        }
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
        flush(i);
        plain = i + 1;
        if (c == '"' || c == '\\') {
            buffer_.append('\\');
            buffer_.append(static_cast<char>(c));
        } else if (c == '\n') {
            buffer_.append("\\n");
        } else {
            append_escape(buffer_, c);
        }
    }
    flush(value.size());
    buffer_.append('"');
    return *this;
}

JsonWriter& JsonWriter::begin_base64() {
    separate();
    buffer_.append('"');
    return *this;
}

JsonWriter& JsonWriter::base64(core::ByteView piece) {
    constexpr std::size_t kGroup = 3;
    partial_.append(piece);
    const core::SecretBytes all = std::exchange(partial_, {}).take();
    const std::size_t whole = all.size() / kGroup * kGroup;
    buffer_.append(core::secret_to_base64(all.expose().first(whole)).expose());
    partial_.append(all.expose().subspan(whole));
    return *this;
}

JsonWriter& JsonWriter::end_base64() {
    const core::SecretBytes rest = std::exchange(partial_, {}).take();
    buffer_.append(core::secret_to_base64(rest.expose()).expose());
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

core::SecretBytes indented_json(std::string_view json) {
    core::SecretBuilder text;
    std::size_t depth = 0;
    bool quoted = false;
    const auto line = [&] {
        text.append('\n');
        text.append(std::string(2 * depth, ' '));
    };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (quoted) {
            text.append(c);
            if (c == '\\') text.append(json[++i]);
            quoted = c != '"';
            continue;
        }
        const bool closes = c == '}' || c == ']';
        if (closes) --depth;
        if (closes && json[i - 1] != '{' && json[i - 1] != '[') line();
        text.append(c);
        quoted = c == '"';
        if (c == ':') text.append(' ');
        if (c == '{' || c == '[') {
            ++depth;
            if (json[i + 1] != '}' && json[i + 1] != ']') line();
        }
        if (c == ',') line();
    }
    text.append('\n');
    return std::move(text).take();
}

core::SecretBytes JsonWriter::drain() {
    return std::exchange(buffer_, {}).take();
}

}  // namespace sparekey::cli
