#include "core/model/view.h"

#include "core/crypto/hash.h"
#include "core/text/number.h"

#include <algorithm>

namespace sparekey::core {
namespace {

bool has_conflict(const Register& dots) {
    return std::any_of(dots.begin(), dots.end(),
                       [&](const Dot& dot) { return !same_value(dot.value, shown(dots).value); });
}

std::size_t count_conflicts(const ItemState& state) {
    return static_cast<std::size_t>(
        std::count_if(state.fields.begin(), state.fields.end(),
                      [](const Field& field) { return has_conflict(field.dots); }));
}

}  // namespace

std::vector<const Field*> elements(const ItemState& state, FieldKind kind) {
    std::vector<const Field*> found;
    for (const Field& field : state.fields) {
        if (field.key.kind == kind) found.push_back(&field);
    }
    std::stable_sort(found.begin(), found.end(), [](const Field* left, const Field* right) {
        const Dot& a = shown(left->dots);
        const Dot& b = shown(right->dots);
        if (a.value.order != b.value.order) return a.value.order < b.value.order;
        return a.stamp < b.stamp;
    });
    return found;
}

std::string_view scalar(const ItemState& state, FieldKind kind) {
    const Register* const dots = state.find(FieldKey{kind, {}, 0});
    return dots == nullptr ? std::string_view() : shown(*dots).value.text.expose();
}

std::vector<std::string> element_names(const ItemState& state, FieldKind kind) {
    std::vector<std::string> all;
    for (const Field* field : elements(state, kind)) all.push_back(field->key.name);
    return all;
}

Summary summarize(const ItemState& state) {
    Summary summary;
    summary.type = parse_type(scalar(state, FieldKind::type)).value_or(ItemType::login);
    summary.title = std::string(scalar(state, FieldKind::title));
    summary.username = std::string(scalar(state, FieldKind::username));
    summary.urls = element_names(state, FieldKind::url);
    summary.tags = element_names(state, FieldKind::tag);
    summary.favorite = !scalar(state, FieldKind::favorite).empty();
    summary.deleted = state.trashed();
    summary.created_ms = state.created_ms;
    summary.modified_ms = state.context.highest().wall_ms;
    summary.conflicts = count_conflicts(state);
    return summary;
}

Item view(const ItemState& state, const RecordId& id, std::uint64_t revision) {
    Summary summary = summarize(state);
    Item item;
    item.id = id;
    item.type = summary.type;
    item.title = std::move(summary.title);
    item.username = std::move(summary.username);
    item.password = SecretText::copy_of(scalar(state, FieldKind::password));
    item.totp = SecretText::copy_of(scalar(state, FieldKind::totp));
    item.notes = SecretText::copy_of(scalar(state, FieldKind::notes));
    item.urls = std::move(summary.urls);
    item.tags = std::move(summary.tags);
    for (const Field* field : elements(state, FieldKind::custom)) {
        const Value& value = shown(field->dots).value;
        item.fields.push_back({field->key.name, value.text.clone(), value.secret});
    }
    item.sign_in_with = element_names(state, FieldKind::sign_in_with);
    item.recovers_via = element_names(state, FieldKind::recovers_via);
    for (const Field* field : elements(state, FieldKind::recovery_code)) {
        item.recovery_codes.push_back(shown(field->dots).value.text.clone());
    }
    for (const Field* field : elements(state, FieldKind::attachment)) {
        const auto manifest =
            parse_manifest(field->key.name, shown(field->dots).value.text.expose());
        if (manifest) item.attachments.push_back(*manifest);
    }
    item.favorite = summary.favorite;
    item.created_ms = summary.created_ms;
    item.modified_ms = summary.modified_ms;
    item.revision = revision;
    item.deleted = summary.deleted;
    item.conflicts = summary.conflicts;
    return item;
}

std::string manifest_text(const Attachment& attachment) {
    return attachment.id.text() + " " + std::to_string(attachment.size) + " " +
           to_hex(attachment.sha256) + " " + std::to_string(attachment.chunks);
}

std::optional<Attachment> parse_manifest(std::string_view name, std::string_view text) {
    std::vector<std::string_view> parts;
    while (parts.size() < 4) {
        const auto space = text.find(' ');
        parts.push_back(text.substr(0, space));
        if (space == std::string_view::npos) break;
        text.remove_prefix(space + 1);
    }
    if (parts.size() != 4) return std::nullopt;
    const auto id = RecordId::parse(parts[0]);
    const auto size = whole_number<std::uint64_t>(parts[1]);
    const auto digest = from_hex(parts[2]);
    const auto chunks = whole_number<std::uint32_t>(parts[3]);
    if (!id || !size || !digest || digest->size() != sizeof(Hash) || !chunks) return std::nullopt;
    Attachment attachment{std::string(name), *id, *size, {}, *chunks};
    std::copy(digest->begin(), digest->end(), attachment.sha256.begin());
    return attachment;
}

std::string url_host(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme != std::string_view::npos) {
        url.remove_prefix(scheme + 3);
    } else {
        // "mailto:x" has no host; "host:8443/path" and "host.example/path" have one.
        const auto colon = url.find(':');
        const bool port = colon != std::string_view::npos && colon + 1 < url.size() &&
                          url[colon + 1] >= '0' && url[colon + 1] <= '9';
        if (colon != std::string_view::npos && !port) return {};
    }
    url = url.substr(0, url.find_first_of("/?#"));
    const auto user = url.rfind('@');
    if (user != std::string_view::npos) url.remove_prefix(user + 1);
    if (!url.empty() && url.front() == '[') {
        url = url.substr(1, url.find(']') == std::string_view::npos ? 0 : url.find(']') - 1);
    } else {
        url = url.substr(0, url.find(':'));
    }
    std::string host(url);
    for (char& c : host) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return host;
}

std::string counter_name(std::string_view totp) {
    return to_hex(ByteView(sha256(bytes_of(totp))).first(8));
}

std::optional<std::uint64_t> hotp_counter(const ItemState& state) {
    const std::string wanted = counter_name(scalar(state, FieldKind::totp));
    for (const Counter& counter : state.counters) {
        if (counter.seed == wanted) return counter.value;
    }
    return std::nullopt;
}

}  // namespace sparekey::core
