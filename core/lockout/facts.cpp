#include "core/lockout/facts.h"

#include "core/model/identity.h"
#include "core/model/view.h"

namespace sparekey::core {
namespace {

void take_names(const ItemState& state, FieldKind field, NamedLink::Kind kind, Facts& facts) {
    for (const Field* element : elements(state, field)) {
        auto identity = normalize_identity(element->key.name);
        facts.links.push_back({kind, identity ? *std::move(identity) : element->key.name});
    }
}

/// No remark of ours is longer.
constexpr std::size_t kLongestRemark = 512;

void take_remark(const Field& field, std::vector<std::string>& remarks) {
    const Value& value = shown(field.dots).value;
    if (value.secret || value.text.size() > kLongestRemark) return;
    remarks.emplace_back(value.text.expose());
}

/// Somebody's own field of the same name, which may hold anything, is no fact.
void take_field(const Field& field, Facts& facts) {
    if (field.key.name == kProvedField) return take_remark(field, facts.fallback_proved);
    if (field.key.name == kNotSuggestedField) return take_remark(field, facts.not_suggested);
    const bool is_identity = field.key.name == kIdentityField;
    if (!is_identity && field.key.name != kSecondFactorField) return;
    auto identity = normalize_identity(shown(field.dots).value.text.expose());
    if (!identity) return;
    const auto kind = is_identity ? NamedLink::Kind::holds : NamedLink::Kind::second_factor;
    facts.links.push_back({kind, *std::move(identity)});
}

}  // namespace

Facts facts_of(const ItemState& state, const RecordId& id) {
    Facts facts;
    facts.id = id;
    facts.created_ms = state.created_ms;
    facts.title = std::string(scalar(state, FieldKind::title));
    const auto type = parse_type(scalar(state, FieldKind::type)).value_or(ItemType::login);
    facts.is_account = type == ItemType::login || type == ItemType::idp_account;
    facts.has_password = !scalar(state, FieldKind::password).empty();
    facts.has_seed = !scalar(state, FieldKind::totp).empty();
    facts.recovery_codes =
        static_cast<std::uint32_t>(elements(state, FieldKind::recovery_code).size());
    take_names(state, FieldKind::sign_in_with, NamedLink::Kind::sign_in, facts);
    take_names(state, FieldKind::recovers_via, NamedLink::Kind::recovery, facts);
    for (const Field* field : elements(state, FieldKind::custom)) take_field(*field, facts);
    return facts;
}

}  // namespace sparekey::core
