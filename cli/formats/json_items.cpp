#include "cli/formats/json_items.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kNowhere = std::string_view::npos;

std::size_t after_space(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(kSpace, at), text.size());
}

/// Behind the string that begins at `at`, or the end of the text.
std::size_t after_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        const auto quote = text.find('"', at);
        if (quote == kNowhere) return text.size();
        std::size_t slashes = 0;
        while (slashes < quote - at && text[quote - 1 - slashes] == '\\') ++slashes;
        if (slashes % 2 == 0) return quote + 1;
        at = quote;
    }
    return text.size();
}

/// Behind the value that begins at `at`, if it is one: whether it is, the parser says.
std::size_t after_value(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        const bool ends = c == '}' || c == ']';
        if (depth == 0 && (ends || c == ',')) return at;
        if (c == '"') {
            at = after_string(text, at);
            continue;
        }
        depth += c == '{' || c == '[' ? 1 : 0;
        depth -= ends ? 1 : 0;
        ++at;
        if (ends && depth == 0) return at;
    }
    return at;
}

}  // namespace

void* WipingArena::do_allocate(std::size_t size, std::size_t alignment) {
    const std::size_t at = (used_ + alignment - 1) / alignment * alignment;
    if (at <= block_.size() && size <= block_.size() - at) {
        used_ = at + size;
        return block_.expose_mutable().data() + at;
    }
    // From operator new, so aligned for anything that a JSON value is made of.
    further_.emplace_back(size);
    return further_.back().expose_mutable().data();
}

void WipingArena::clear() {
    core::wipe(block_.expose_mutable().first(used_));
    used_ = 0;
    further_.clear();
}

/// Of several members of that name the last: the frame, which has them all, is then refused.
std::optional<JsonItems::Place> JsonItems::find_list(std::string_view text, std::string_view name) {
    std::optional<Place> place;
    std::size_t at = after_space(text, 0);
    if (at == text.size() || text[at] != '{') return place;
    while (at < text.size() && text[at] != '}') {
        const std::size_t key = after_space(text, at + 1);
        if (key == text.size() || text[key] != '"') return place;
        const std::size_t key_end = after_string(text, key);
        const std::size_t begin = after_space(text, after_space(text, key_end) + 1);
        const std::size_t end = after_value(text, begin);
        if (text.substr(key + 1, key_end - key - 2) == name) {
            const std::string_view value = text.substr(std::min(begin, end), end - begin);
            const bool is_list = value.size() > 1 && value.front() == '[' && value.back() == ']';
            place = is_list ? std::optional<Place>({begin + 1, value.size() - 2}) : std::nullopt;
        }
        at = after_space(text, end);
    }
    return place;
}

core::Result<JsonItems> JsonItems::open(std::string_view text, std::string_view list) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (!core::is_utf8(text)) {
        return core::unexpected(core::ErrorCode::usage, "the document is not UTF-8");
    }
    JsonItems items(text);
    items.list_ = find_list(text, list);
    if (!items.list_) {
        // Not what was expected, or not JSON: the parser knows.
        SPAREKEY_TRY(items.frame_, JsonDocument::parse(text));
        return items;
    }
    const Place& place = *items.list_;
    items.at_ = place.begin;
    core::SecretBuilder frame;
    frame.append(text.substr(0, place.begin));
    // The lines of what is left out, so that an error behind it names its own.
    const std::string_view cut = text.substr(place.begin, place.size);
    for (auto line = cut.find('\n'); line != kNowhere; line = cut.find('\n', line + 1)) {
        frame.append('\n');
    }
    frame.append(text.substr(place.begin + place.size));
    SPAREKEY_TRY(items.frame_, JsonDocument::parse(core::text_of(frame.expose())));
    return items;
}

core::Result<const json::value*> JsonItems::next() {
    item_.reset();
    arena_->clear();
    const json::value* item = nullptr;
    if (!list_) return item;
    const std::string_view list = text_.substr(0, list_->begin + list_->size);
    std::size_t begin = after_space(list, at_);
    if (begin == list.size()) return item;
    if (!first_) {
        if (list[begin] != ',') return not_json(list, begin, "a comma is missing");
        begin = after_space(list, begin + 1);
    }
    first_ = false;
    const std::size_t end = after_value(list, begin);
    SPAREKEY_TRY(json::value value, parse_json(list, begin, end, arena_.get()));
    item_ = std::make_unique<json::value>(std::move(value));
    at_ = end;
    item = item_.get();
    return item;
}

}  // namespace sparekey::cli
