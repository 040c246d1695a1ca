#include "sync/protocol/json.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <charconv>

namespace sparekey::sync {

namespace json = boost::json;
using boost::system::error_code;

namespace {

constexpr std::size_t kDeepest = 16;
constexpr std::size_t kLargest = 256 * 1024;

}  // namespace

/// Makes a value of what Boost.JSON's parser reports, piece by piece.
class JsonBuilder {
  public:
    static constexpr std::size_t max_object_size = kLargest;
    static constexpr std::size_t max_array_size = kLargest;
    static constexpr std::size_t max_key_size = kLargest;
    static constexpr std::size_t max_string_size = kLargest;

    Json take() { return std::move(root_); }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& error) { return open(Json::Kind::object, error); }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_begin(error_code& error) { return open(Json::Kind::array, error); }
    bool on_array_end(std::size_t, error_code&) { return close(); }
    bool on_key_part(json::string_view part, std::size_t, error_code&) { return gather(part); }
    bool on_key(json::string_view part, std::size_t, error_code&) {
        gather(part);
        key_ = std::exchange(gathered_, {});
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) { return gather(part); }
    bool on_string(json::string_view part, std::size_t, error_code& error) {
        return finish(Json::Kind::text, part, error);
    }
    bool on_number_part(json::string_view part, error_code&) { return gather(part); }
    bool on_int64(std::int64_t, json::string_view part, error_code& error) {
        return finish(Json::Kind::number, part, error);
    }
    bool on_uint64(std::uint64_t, json::string_view part, error_code& error) {
        return finish(Json::Kind::number, part, error);
    }
    bool on_double(double, json::string_view part, error_code& error) {
        return finish(Json::Kind::number, part, error);
    }
    bool on_bool(bool value, error_code& error) {
        Json made;
        made.kind_ = Json::Kind::boolean;
        made.boolean_ = value;
        return place(std::move(made), error) != nullptr;
    }
    bool on_null(error_code& error) { return place(Json(), error) != nullptr; }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

  private:
    bool gather(json::string_view part) {
        gathered_.append(part.data(), part.size());
        return true;
    }
    bool finish(Json::Kind kind, json::string_view part, error_code& error) {
        gather(part);
        Json made;
        made.kind_ = kind;
        made.text_ = std::exchange(gathered_, {});
        return place(std::move(made), error) != nullptr;
    }
    bool open(Json::Kind kind, error_code& error) {
        Json made;
        made.kind_ = kind;
        Json* const placed = place(std::move(made), error);
        if (placed != nullptr) open_.push_back(placed);
        return placed != nullptr;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    Json* place(Json value, error_code& error) {
        if (open_.empty()) return &(root_ = std::move(value));
        Json& parent = *open_.back();
        if (parent.is(Json::Kind::array)) return &parent.elements_.emplace_back(std::move(value));
        if (SPAREKEY_LEFT_OUT("json-duplicate")) {
            return &(parent.members_[std::exchange(key_, {})] = std::move(value));
        }
        const auto [at, added] = parent.members_.emplace(std::exchange(key_, {}), std::move(value));
        if (!added) error = json::make_error_code(json::error::syntax);
        return added ? &at->second : nullptr;
    }

    Json root_;
    std::vector<Json*> open_;  // only the innermost grows, so those around it stay where they are
    std::string key_;
    std::string gathered_;
};

core::Result<Json> Json::parse(std::string_view text) {
    const auto refused = [] {
        return core::unexpected(core::ErrorCode::usage, "not JSON, or not what we take for it");
    };
    if (text.size() > kLargest || !core::is_utf8(text)) return refused();
    json::parse_options options;
    options.max_depth = kDeepest;
    json::basic_parser<JsonBuilder> parser(options);
    error_code failure;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
    if (failure || text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
        return refused();
    }
    return parser.handler().take();
}

core::Result<Json> Json::parse_object(std::string_view text) {
    SPAREKEY_TRY(Json value, parse(text));
    if (value.is(Kind::object)) return value;
    return core::unexpected(core::ErrorCode::usage, "not a JSON object");
}

const Json* Json::find(std::string_view name) const {
    const auto found = members_.find(name);
    return found == members_.end() ? nullptr : &found->second;
}

const std::string* Json::find_text(std::string_view name) const {
    const Json* const found = find(name);
    return found != nullptr && found->is(Kind::text) ? &found->text_ : nullptr;
}

bool Json::is_true(std::string_view name) const {
    const Json* const found = find(name);
    return found != nullptr && found->is(Kind::boolean) && found->boolean_;
}

std::optional<std::uint64_t> Json::integer() const {
    std::uint64_t value = 0;
    if (!is(Kind::number)) return std::nullopt;
    const char* const end = text_.data() + text_.size();
    const auto [at, failure] = std::from_chars(text_.data(), end, value);
    if (failure != std::errc() || at != end || value > (std::uint64_t{1} << 53)) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::vector<std::string>> Json::texts() const {
    if (!is(Kind::array)) return std::nullopt;
    std::vector<std::string> all;
    for (const Json& element : elements_) {
        if (!element.is(Kind::text)) return std::nullopt;
        all.push_back(element.text_);
    }
    return all;
}

}  // namespace sparekey::sync
