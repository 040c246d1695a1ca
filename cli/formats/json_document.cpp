#include "cli/formats/json_document.h"

#include "core/text/unicode.h"

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <new>

namespace sparekey::cli {

namespace json = boost::json;

void* WipingMemory::do_allocate(std::size_t size, std::size_t alignment) {
    return ::operator new(size, std::align_val_t(alignment));
}

void WipingMemory::do_deallocate(void* data, std::size_t size, std::size_t alignment) {
    core::wipe({static_cast<std::uint8_t*>(data), size});
    ::operator delete(data, std::align_val_t(alignment));
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
                                     json::storage_ptr memory) {
    const std::string_view piece = text.substr(begin, end - begin);
    json::parse_options options;
    options.max_depth = 64;
    json::parser parser(std::move(memory), options);
    boost::system::error_code failure;
    const std::size_t read = parser.write_some(piece.data(), piece.size(), failure);
    if (failure) return not_json(text, begin + read, failure.message());
    const auto rest = piece.find_first_not_of(" \t\r\n", read);
    if (rest != std::string_view::npos) {
        return not_json(text, begin + rest, "something follows its end");
    }
    return parser.release();
}

core::Unexpected not_json(std::string_view text, std::size_t at, const std::string& why) {
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    return core::unexpected(core::ErrorCode::usage,
                            "line " + std::to_string(line) + " is not JSON: " + why);
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
