#include "cli/formats/json_document.h"

#include "cli/formats/json_keys.h"
#include "core/text/unicode.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <new>

namespace sparekey::cli {

namespace json = boost::json;

namespace {

/// What Boost.JSON's parser calls: makes the values, as json::parser does, and counts the keys.
struct ValueHandler {
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();
    using Failure = boost::system::error_code;

    /// The constructor's memory is that of what waits to be put together, reset()'s the values'.
    explicit ValueHandler(const json::storage_ptr& memory) : values(memory) {
        values.reset(memory);
    }

    bool on_document_begin(Failure&) { return true; }
    bool on_document_end(Failure&) { return true; }
    bool on_object_begin(Failure&) { return true; }
    bool on_object_end(std::size_t size, Failure&) {
        keys += size;
        values.push_object(size);
        return true;
    }
    bool on_array_begin(Failure&) { return true; }
    bool on_array_end(std::size_t size, Failure&) {
        values.push_array(size);
        return true;
    }
    bool on_key_part(json::string_view text, std::size_t, Failure&) { return part(text); }
    bool on_key(json::string_view text, std::size_t, Failure&) {
        values.push_key(text);
        return true;
    }
    bool on_string_part(json::string_view text, std::size_t, Failure&) { return part(text); }
    bool on_string(json::string_view text, std::size_t, Failure&) {
        values.push_string(text);
        return true;
    }
    bool on_number_part(json::string_view, Failure&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, Failure&) {
        values.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view, Failure&) {
        values.push_uint64(number);
        return true;
    }
    bool on_double(double number, json::string_view, Failure&) {
        values.push_double(number);
        return true;
    }
    bool on_bool(bool flag, Failure&) {
        values.push_bool(flag);
        return true;
    }
    bool on_null(Failure&) {
        values.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, Failure&) { return true; }
    bool on_comment(json::string_view, Failure&) { return true; }

    bool part(json::string_view text) {
        values.push_chars(text);
        return true;
    }

    json::value_stack values;
    std::size_t keys = 0;
};

/// The keys of all objects in it.
std::size_t keys_in(const json::value& value) {
    std::size_t keys = 0;
    if (const json::object* const object = value.if_object()) {
        keys = object->size();
        for (const auto& pair : *object) keys += keys_in(pair.value());
    } else if (const json::array* const array = value.if_array()) {
        for (const json::value& one : *array) keys += keys_in(one);
    }
    return keys;
}

std::string line_at(std::string_view text, std::size_t at) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(at);
    return "line " + std::to_string(1 + std::count(text.begin(), end, '\n'));
}

core::Unexpected repeated(std::string_view text, std::size_t begin, std::string_view piece) {
    const RepeatedKey found = repeated_key(piece).value_or(RepeatedKey());
    return core::unexpected(core::ErrorCode::usage,
                            line_at(text, begin + found.at) + ": the key \"" +
                                core::printable(found.key) + "\" stands twice in one object");
}

}  // namespace

// Boost.JSON 1.83 takes memory for a key with one alignment and gives it back with another, so
// nothing is made of it: all that it asks for is no more than what `new` gives anyway.
void* WipingMemory::do_allocate(std::size_t size, std::size_t alignment) {
    if (alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__) throw std::bad_alloc();
    return ::operator new(size);
}

void WipingMemory::do_deallocate(void* data, std::size_t size, std::size_t) {
    core::wipe({static_cast<std::uint8_t*>(data), size});
    ::operator delete(data);
}

core::Result<JsonDocument> JsonDocument::parse(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (!core::is_utf8(text)) {
        return core::unexpected(core::ErrorCode::usage, "the document is not UTF-8");
    }
    JsonDocument document;
    document.memory_ = std::make_unique<WipingMemory>();
    SPAREKEY_TRY(json::value root, parse_json(text, 0, text.size(), document.memory_.get()));
    document.root_ = std::make_unique<json::value>(std::move(root));
    return document;
}

core::Result<json::value> parse_json(std::string_view text, std::size_t begin, std::size_t end,
                                     const json::storage_ptr& memory) {
    const std::string_view piece = text.substr(begin, end - begin);
    json::parse_options options;
    options.max_depth = 64;
    json::basic_parser<ValueHandler> parser(options, memory);
    boost::system::error_code failure;
    const std::size_t read = parser.write_some(false, piece.data(), piece.size(), failure);
    if (failure) return not_json(text, begin + read, failure.message());
    const auto rest = piece.find_first_not_of(" \t\r\n", read);
    if (rest != std::string_view::npos) {
        return not_json(text, begin + rest, "something follows its end");
    }
    json::value value = parser.handler().values.release();
    // Of a key that stands twice the value has one: which of the two was meant, nobody knows.
    if (keys_in(value) != parser.handler().keys) return repeated(text, begin, piece);
    return value;
}

core::Unexpected not_json(std::string_view text, std::size_t at, const std::string& why) {
    return core::unexpected(core::ErrorCode::usage, line_at(text, at) + " is not JSON: " + why);
}

const json::value* member(const json::object& object, std::string_view name) {
    return object.if_contains(json::string_view(name.data(), name.size()));
}

std::string_view text_member(const json::object& object, std::string_view name) {
    const json::value* const found = member(object, name);
    if (found == nullptr || !found->is_string()) return {};
    const json::string& text = found->get_string();
    return {text.data(), text.size()};
}

std::string text_of_value(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

}  // namespace sparekey::cli
