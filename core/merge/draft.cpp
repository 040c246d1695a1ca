#include "core/merge/draft.h"

#include "core/model/view.h"

#include <algorithm>

namespace sparekey::core {
namespace {

auto position(std::vector<Field>& fields, const FieldKey& key) {
    return std::lower_bound(
        fields.begin(), fields.end(), key,
        [](const Field& field, const FieldKey& wanted) { return field.key < wanted; });
}

bool is_only_value(const Register& dots, const Value& value) {
    return dots.size() == 1 && dots.front().value.order == value.order &&
           same_value(dots.front().value, value);
}

}  // namespace

Stamp Draft::next_stamp() {
    const Stamp stamp{next_instant(edit_.now_ms, state_.context.highest()), edit_.device};
    state_.context.add(stamp);
    return stamp;
}

std::vector<FieldKey> Draft::keys_of(FieldKind kind) const {
    std::vector<FieldKey> keys;
    for (const Field& field : state_.fields) {
        if (field.key.kind == kind) keys.push_back(field.key);
    }
    return keys;
}

void Draft::set(const FieldKey& key, Value value) {
    const auto at = position(state_.fields, key);
    const bool present = at != state_.fields.end() && at->key == key;
    if (present && is_only_value(at->dots, value)) return;
    const std::ptrdiff_t index = at - state_.fields.begin();
    const Stamp stamp = next_stamp();
    if (!present) state_.fields.insert(state_.fields.begin() + index, Field{key, {}});
    Register& dots = state_.fields[static_cast<std::size_t>(index)].dots;
    dots.clear();
    dots.push_back({stamp, std::move(value)});
}

void Draft::remove(const FieldKey& key) {
    const auto at = position(state_.fields, key);
    if (at == state_.fields.end() || at->key != key) return;
    state_.fields.erase(at);
    next_stamp();
}

void Draft::mark_trashed() {
    const Context seen = state_.context;
    state_.trash.clear();
    state_.trash.push_back({next_stamp(), seen});
}

void Draft::clear_trash() {
    state_.trash.clear();
    next_stamp();
}

void Draft::raise_counter(std::uint64_t value) {
    const Register* const totp = state_.find(FieldKey{FieldKind::totp, {}, 0});
    if (totp == nullptr) return;
    const std::string seed = counter_name(shown(*totp).value.text.expose());
    const auto at = std::lower_bound(
        state_.counters.begin(), state_.counters.end(), seed,
        [](const Counter& counter, const std::string& wanted) { return counter.seed < wanted; });
    if (at != state_.counters.end() && at->seed == seed) {
        at->value = std::max(at->value, value);
    } else {
        state_.counters.insert(at, Counter{seed, value});
    }
}

}  // namespace sparekey::core
