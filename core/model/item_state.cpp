#include "core/model/item_state.h"

#include <algorithm>
#include <cassert>

namespace sparekey::core {

bool is_known(FieldKind kind) {
    return kind <= FieldKind::import_mark ||
           (kind >= FieldKind::url && kind <= FieldKind::attachment);
}

bool is_well_formed(const FieldKey& key) {
    return is_known(key.kind) && (is_element(key.kind) || (key.name.empty() && key.ordinal == 0));
}

namespace {

constexpr std::string_view kCustomPrefix = "fields/";

bool is_built_in(std::string_view label) {
    for (int kind = 0; kind <= static_cast<int>(FieldKind::attachment); ++kind) {
        const FieldKey key{static_cast<FieldKind>(kind), {}, 0};
        if (is_known(key.kind) && key.kind != FieldKind::custom && field_label(key) == label) {
            return true;
        }
    }
    return false;
}

std::string custom_label(const FieldKey& key) {
    std::string label = key.name;
    if (key.ordinal > 0) label += "#" + std::to_string(key.ordinal + 1);
    const bool ambiguous = is_built_in(label) || label.starts_with(kCustomPrefix);
    return ambiguous ? std::string(kCustomPrefix) + label : label;
}

}  // namespace

std::string_view custom_name(std::string_view label) {
    if (label.starts_with(kCustomPrefix)) label.remove_prefix(kCustomPrefix.size());
    return label;
}

std::string field_label(const FieldKey& key) {
    switch (key.kind) {
        case FieldKind::type:
            return "type";
        case FieldKind::title:
            return "title";
        case FieldKind::username:
            return "username";
        case FieldKind::password:
            return "password";
        case FieldKind::totp:
            return "totp";
        case FieldKind::notes:
            return "notes";
        case FieldKind::favorite:
            return "favorite";
        case FieldKind::import_mark:
            return "import mark";
        case FieldKind::url:
            return "url";
        case FieldKind::tag:
            return "tag";
        case FieldKind::custom:
            return custom_label(key);
        case FieldKind::sign_in_with:
            return "sign_in_with";
        case FieldKind::recovers_via:
            return "recovers_via";
        case FieldKind::recovery_code:
            return "recovery_codes";
        case FieldKind::attachment:
            return "attachment";
    }
    return "unknown";
}

bool same_value(const Value& left, const Value& right) {
    return left.secret == right.secret && left.text.expose() == right.text.expose();
}

bool identical(const Dot& left, const Dot& right) {
    return left.stamp == right.stamp && left.value.order == right.value.order &&
           same_value(left.value, right.value);
}

bool comes_before(const Dot& left, const Dot& right) {
    if (left.stamp != right.stamp) return left.stamp < right.stamp;
    const int text = left.value.text.expose().compare(right.value.text.expose());
    if (text != 0) return text < 0;
    if (left.value.secret != right.value.secret) return right.value.secret;
    return left.value.order < right.value.order;
}

Field Field::clone() const {
    Field copy{key, {}};
    copy.dots.reserve(dots.size());
    for (const Dot& dot : dots) copy.dots.push_back(dot.clone());
    return copy;
}

ItemState ItemState::clone() const {
    ItemState copy;
    copy.created_ms = created_ms;
    copy.context = context;
    copy.fields.reserve(fields.size());
    for (const Field& field : fields) copy.fields.push_back(field.clone());
    copy.trash = trash;
    copy.counters = counters;
    return copy;
}

const Register* ItemState::find(const FieldKey& key) const {
    const auto at = std::lower_bound(
        fields.begin(), fields.end(), key,
        [](const Field& field, const FieldKey& wanted) { return field.key < wanted; });
    return at != fields.end() && at->key == key ? &at->dots : nullptr;
}

bool ItemState::trashed() const {
    if (trash.empty()) return false;
    const auto seen_by_a_mark = [&](const Dot& dot) {
        return std::any_of(trash.begin(), trash.end(),
                           [&](const TrashMark& mark) { return mark.context.covers(dot.stamp); });
    };
    return std::all_of(fields.begin(), fields.end(), [&](const Field& field) {
        return std::all_of(field.dots.begin(), field.dots.end(), seen_by_a_mark);
    });
}

const Dot& shown(const Register& dots) {
    assert(!dots.empty());
    return dots.back();  // sorted by stamp
}

bool identical(const ItemState& left, const ItemState& right) {
    return left.context == right.context && same_content(left, right);
}

bool same_content(const ItemState& left, const ItemState& right) {
    const auto same_field = [](const Field& a, const Field& b) {
        return a.key == b.key &&
               std::equal(a.dots.begin(), a.dots.end(), b.dots.begin(), b.dots.end(),
                          [](const Dot& x, const Dot& y) { return identical(x, y); });
    };
    return left.created_ms == right.created_ms && left.trash == right.trash &&
           left.counters == right.counters &&
           std::equal(left.fields.begin(), left.fields.end(), right.fields.begin(),
                      right.fields.end(), same_field);
}

bool is_secret(const FieldKey& key, const Value& value) {
    switch (key.kind) {
        case FieldKind::password:
        case FieldKind::totp:
        case FieldKind::notes:
        case FieldKind::recovery_code:
            return true;
        default:
            return value.secret;
    }
}

std::string_view history_text(const HistoryEntry& entry) {
    switch (entry.key.kind) {
        case FieldKind::url:
        case FieldKind::tag:
        case FieldKind::sign_in_with:
        case FieldKind::recovers_via:
        case FieldKind::attachment:
            return entry.key.name;
        default:
            return entry.dot.value.text.expose();
    }
}

}  // namespace sparekey::core
