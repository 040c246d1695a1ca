#include "core/lockout/facts.h"

#include "core/lockout/login_phrase.h"
#include "core/model/identity.h"
#include "core/model/view.h"

#include <algorithm>

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

std::uint64_t time_ms(const Register& dots) {
    return shown(dots).stamp.at.wall_ms;
}

/// By the edits' own times: what came with one edit, as by an import, is of one.
bool changed_since_proof(const ItemState& state) {
    std::uint64_t proved_ms = 0;
    for (const Field* field : elements(state, FieldKind::custom)) {
        if (field->key.name == kProvedField) proved_ms = std::max(proved_ms, time_ms(field->dots));
    }
    if (proved_ms == 0) return false;
    const Register* const password = state.find(FieldKey{FieldKind::password, {}, 0});
    if (password != nullptr && time_ms(*password) > proved_ms) return true;
    const auto codes = elements(state, FieldKind::recovery_code);
    return std::any_of(codes.begin(), codes.end(),
                       [&](const Field* code) { return time_ms(code->dots) > proved_ms; });
}

std::string_view provider_shown_in(const ItemState& state) {
    for (const Field* field : elements(state, FieldKind::custom)) {
        if (!names_login_provider(field->key.name)) continue;
        const auto kind = login_provider_in(shown(field->dots).value.text.expose());
        if (!kind.empty()) return kind;
    }
    const auto noted = login_provider_in(scalar(state, FieldKind::notes));
    return noted.empty() ? login_provider_in(scalar(state, FieldKind::username)) : noted;
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
    facts.changed_since_proof = changed_since_proof(state);
    take_names(state, FieldKind::sign_in_with, NamedLink::Kind::sign_in, facts);
    take_names(state, FieldKind::recovers_via, NamedLink::Kind::recovery, facts);
    for (const Field* field : elements(state, FieldKind::custom)) take_field(*field, facts);
    const bool has_login =
        std::any_of(facts.links.begin(), facts.links.end(),
                    [](const auto& link) { return link.kind == NamedLink::Kind::sign_in; });
    if (facts.is_account && !facts.has_password && !has_login) {
        facts.shown_provider = provider_shown_in(state);
    }
    return facts;
}

}  // namespace sparekey::core
