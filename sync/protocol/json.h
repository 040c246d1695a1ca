// Strict JSON (RFC 8259) of somebody else: no member twice, no depth without end, and numbers as
// they were written, so that a large id keeps every digit.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::sync {

class Json {
  public:
    enum class Kind : std::uint8_t { null, boolean, number, text, array, object };
    using Members = std::map<std::string, Json, std::less<>>;

    /// UTF-8, depth at most 16, at most 256 KiB. ErrorCode::usage for anything else.
    static core::Result<Json> parse(std::string_view text);
    /// The same, and an object.
    static core::Result<Json> parse_object(std::string_view text);

    Kind kind() const { return kind_; }
    bool is(Kind kind) const { return kind_ == kind; }
    /// Of a boolean.
    bool boolean() const { return boolean_; }
    /// Of a text, or a number as it was written.
    const std::string& text() const { return text_; }
    const std::vector<Json>& elements() const { return elements_; }
    const Members& members() const { return members_; }

    /// The member of an object, or null.
    const Json* find(std::string_view name) const;
    /// The member if it is a text, or null.
    const std::string* find_text(std::string_view name) const;
    /// The member if it is `true` itself.
    bool is_true(std::string_view name) const;
    /// A number without sign, fraction and exponent, up to 2^53.
    std::optional<std::uint64_t> integer() const;
    /// The texts of an array of texts; nothing if it is something else.
    std::optional<std::vector<std::string>> texts() const;

  private:
    friend class JsonBuilder;
    Kind kind_ = Kind::null;
    bool boolean_ = false;
    std::string text_;
    std::vector<Json> elements_;
    Members members_;
};

}  // namespace sparekey::sync
