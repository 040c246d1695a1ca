#include "sync/client/json_fields.h"

namespace sparekey::sync {
namespace {

constexpr std::size_t kLongestIdentity = 1024;  // bytes
constexpr std::size_t kLongestName = 256;       // bytes

}  // namespace

std::optional<std::uint64_t> number_in(const Json& object, std::string_view name) {
    const Json* const member = object.find(name);
    return member != nullptr ? member->integer() : std::nullopt;
}

std::optional<core::Hash> hash_in(const Json& object, std::string_view name) {
    const std::string* const text = object.find_text(name);
    const auto bytes = text != nullptr ? core::from_hex(*text) : std::nullopt;
    core::Hash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

std::optional<std::string> text_in(const Json& object, std::string_view name, std::size_t most) {
    const std::string* const text = object.find_text(name);
    if (text == nullptr || text->size() > most) return std::nullopt;
    return *text;
}

std::optional<std::vector<Json>> objects_in(const Json& object, std::string_view name,
                                            std::size_t most) {
    const Json* const member = object.find(name);
    if (member == nullptr || !member->is(Json::Kind::array) || member->elements().size() > most) {
        return std::nullopt;
    }
    const bool all = std::ranges::all_of(
        member->elements(), [](const Json& element) { return element.is(Json::Kind::object); });
    return all ? std::optional(member->elements()) : std::nullopt;
}

std::optional<core::LinkedIdentity> identity_of(const Json& object) {
    auto id = text_in(object, "id", kLongestIdentity);
    auto provider = text_in(object, "provider", kLongestName);
    auto display = text_in(object, "display", kLongestIdentity);
    if (!id || !provider || !display) return std::nullopt;
    return core::LinkedIdentity{std::move(*id), std::move(*provider), std::move(*display)};
}

}  // namespace sparekey::sync
