#include "cli/formats/json_keys.h"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <set>
#include <vector>

namespace sparekey::cli {
namespace {

namespace json = boost::json;

/// What Boost.JSON's parser calls: it keeps the keys of the objects that are open.
struct KeyHandler {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    using Failure = boost::system::error_code;

    bool on_document_begin(Failure&) { return true; }
    bool on_document_end(Failure&) { return true; }
    bool on_object_begin(Failure&) {
        keys.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, Failure&) {
        keys.pop_back();
        return true;
    }
    bool on_array_begin(Failure&) { return true; }
    bool on_array_end(std::size_t, Failure&) { return true; }
    bool on_key_part(json::string_view text, std::size_t, Failure&) {
        key.append(text.data(), text.size());
        return true;
    }
    bool on_key(json::string_view text, std::size_t, Failure& failure) {
        key.append(text.data(), text.size());
        is_repeated = !keys.back().insert(key).second;
        if (is_repeated) {
            failure = make_error_code(json::error::exception);
            return false;
        }
        key.clear();
        return true;
    }
    bool on_string_part(json::string_view, std::size_t, Failure&) { return true; }
    bool on_string(json::string_view, std::size_t, Failure&) { return true; }
    bool on_number_part(json::string_view, Failure&) { return true; }
    bool on_int64(std::int64_t, json::string_view, Failure&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, Failure&) { return true; }
    bool on_double(double, json::string_view, Failure&) { return true; }
    bool on_bool(bool, Failure&) { return true; }
    bool on_null(Failure&) { return true; }
    bool on_comment_part(json::string_view, Failure&) { return true; }
    bool on_comment(json::string_view, Failure&) { return true; }

    std::vector<std::set<std::string>> keys;
    std::string key;
    bool is_repeated = false;
};

}  // namespace

std::optional<RepeatedKey> repeated_key(std::string_view document) {
    json::parse_options options;
    options.max_depth = 64;
    json::basic_parser<KeyHandler> parser(options);
    boost::system::error_code failure;
    const std::size_t at = parser.write_some(false, document.data(), document.size(), failure);
    if (!parser.handler().is_repeated) return std::nullopt;
    return RepeatedKey{parser.handler().key, std::min(at, document.size())};
}

}  // namespace sparekey::cli
