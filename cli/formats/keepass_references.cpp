#include "cli/formats/keepass_references.h"

#include "cli/formats/keepass_entry.h"
#include "core/model/limits.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using core::SecretText;
using pugi::xml_node;

struct ReferredKey {
    char letter;
    std::string_view key;
};
constexpr std::array kReferredKeys = {ReferredKey{'t', "Title"}, ReferredKey{'u', "UserName"},
                                      ReferredKey{'p', "Password"}, ReferredKey{'a', "URL"},
                                      ReferredKey{'n', "Notes"}};
constexpr std::string_view kReferenceBegins = "{ref:";
constexpr std::size_t kReferenceSize = kReferenceBegins.size() + 4 + 32 + 1;
/// A reference may lead to a reference, and in the end to itself.
constexpr int kLongestChain = 8;

char lower_case(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Without a copy: the text may be a password. `wanted` is in lower case.
bool begins_with(std::string_view text, std::string_view wanted) {
    return text.size() >= wanted.size() &&
           std::equal(wanted.begin(), wanted.end(), text.begin(),
                      [](char a, char b) { return a == lower_case(b); });
}

std::size_t find_reference(std::string_view text) {
    for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
        if (begins_with(text.substr(at), kReferenceBegins)) return at;
    }
    return std::string_view::npos;
}

}  // namespace

bool KeepassReferences::has_reference(std::string_view text) {
    return find_reference(text) != std::string_view::npos;
}

/// The reference that the text begins with.
std::optional<KeepassReferences::Reference> KeepassReferences::parse(std::string_view text) {
    if (text.size() < kReferenceSize || text[kReferenceSize - 1] != '}') return std::nullopt;
    if (!begins_with(text.substr(6), "@i:")) return std::nullopt;
    std::string uuid(text.substr(9, 32));
    std::transform(uuid.begin(), uuid.end(), uuid.begin(), lower_case);
    for (std::size_t i = 0; i < kReferredKeys.size(); ++i) {
        if (kReferredKeys[i].letter == lower_case(text[5])) return Reference{i, std::move(uuid)};
    }
    return std::nullopt;
}

void KeepassReferences::add_group(const xml_node& group, int depth) {
    if (depth > kDeepestGroup) return;  // refused when it is read
    for (const xml_node& entry : group.children("Entry")) {
        const auto uuid = core::from_base64(keepass_name(entry, "UUID"));
        if (!uuid || uuid->size() != 16) continue;
        const auto [known, is_new] = entries_.try_emplace(core::to_hex(*uuid));
        if (!is_new) continue;
        for (const xml_node& string : entry.children("String")) {
            const std::string key = keepass_name(string, "Key");
            for (std::size_t i = 0; i < kReferredKeys.size(); ++i) {
                Stored& stored = known->second[i];
                if (key != kReferredKeys[i].key || !stored.value.empty()) continue;
                stored = {string.child("Value"), keepass_text(string.child("Value")).size()};
            }
        }
    }
    for (const xml_node& child : group.children("Group")) add_group(child, depth + 1);
}

std::optional<SecretText> KeepassReferences::follow(Reference reference) {
    for (int steps = 0; steps < kLongestChain; ++steps) {
        const auto entry = entries_.find(reference.uuid);
        if (entry == entries_.end()) return std::nullopt;
        const Stored& stored = entry->second[reference.field];
        if (stored.size > std::min(core::kLongestValue, left_)) return std::nullopt;
        left_ -= stored.size;
        SecretText text = keepass_text(stored.value);
        if (!has_reference(text.expose())) return text;
        const auto next = parse(text.expose());
        if (!next || text.size() != kReferenceSize) return std::nullopt;
        reference = *next;
    }
    return std::nullopt;
}

std::optional<SecretText> KeepassReferences::resolve(std::string_view text) {
    core::SecretBuilder resolved;
    while (!text.empty()) {
        const std::size_t at = find_reference(text);
        resolved.append(text.substr(0, at));
        if (at == std::string_view::npos) break;
        const auto reference = parse(text.substr(at));
        const auto value = reference ? follow(*reference) : std::nullopt;
        if (!value) return std::nullopt;
        resolved.append(value->expose());
        if (resolved.size() > core::kLongestValue) return std::nullopt;
        text.remove_prefix(at + kReferenceSize);
    }
    return SecretText(std::move(resolved).take());
}

}  // namespace sparekey::cli
