#include "core/merge/edit.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/merge/draft.h"
#include "core/model/limits.h"
#include "core/model/view.h"

#include <map>
#include <set>

namespace sparekey::core {
namespace {

/// One element of a set as a patch wishes it.
struct Wish {
    FieldKey key;
    SecretText text;
    bool secret = false;
};

void apply_scalar(Draft& draft, FieldKind kind, std::string_view text) {
    const FieldKey key{kind, {}, 0};
    if (text.empty()) {
        draft.remove(key);
    } else {
        draft.set(key, {SecretText::copy_of(text), false, 0});
    }
}

template <class Text>
void apply_optional(Draft& draft, FieldKind kind, const std::optional<Text>& text) {
    if (!text) return;
    if constexpr (std::is_same_v<Text, SecretText>) {
        apply_scalar(draft, kind, text->expose());
    } else {
        apply_scalar(draft, kind, *text);
    }
}

void remove_others(Draft& draft, FieldKind kind, const std::vector<Wish>& wishes) {
    const std::vector<FieldKey> present = draft.keys_of(kind);
    if (present.empty()) return;
    std::set<FieldKey> wanted;
    for (const Wish& wish : wishes) wanted.insert(wish.key);
    for (const FieldKey& key : present) {
        if (wanted.count(key) == 0) draft.remove(key);
    }
}

/// Where an element stands in its set: as core/model/view.h orders them.
struct Place {
    std::uint32_t order = 0;
    Stamp stamp;
    friend auto operator<=>(const Place&, const Place&) = default;
};

Place place_of(const Dot& dot) {
    return {dot.value.order, dot.stamp};
}

/// Makes the elements of `kind` be `wishes`, in that order. What is as it is wished is not touched,
/// so that nobody's change of it, or conflict, ends with a change of another element: only one that
/// stands too early gets a new place, and one in conflict stays where it is.
void apply_set(Draft& draft, FieldKind kind, std::vector<Wish> wishes) {
    remove_others(draft, kind, wishes);
    std::optional<Place> last;
    for (Wish& wish : wishes) {
        const Register* const present = draft.state().find(wish.key);
        Value value{std::move(wish.text), wish.secret, last ? last->order + 1 : 0};
        if (present != nullptr) {
            const Dot& now = shown(*present);
            const bool is_wished = same_value(now.value, value);
            const bool is_placed = !last || *last < place_of(now);
            const bool stays = is_placed || present->size() > 1;
            if (is_wished && stays && !SPAREKEY_LEFT_OUT("untouched-elements")) {
                if (is_placed) last = place_of(now);
                continue;
            }
            if (is_placed) value.order = now.value.order;
        }
        draft.set(wish.key, std::move(value));
        last = place_of(shown(*draft.state().find(wish.key)));
    }
}

std::vector<Wish> name_wishes(FieldKind kind, const std::vector<std::string>& names) {
    std::vector<Wish> wishes;
    std::set<std::string> seen;
    for (const std::string& name : names) {
        if (seen.insert(name).second) wishes.push_back({{kind, name, 0}, {}, false});
    }
    return wishes;
}

std::vector<Wish> custom_wishes(const std::vector<CustomField>& fields) {
    std::vector<Wish> wishes;
    std::map<std::string, std::uint16_t> counted;
    for (const CustomField& field : fields) {
        const std::uint16_t ordinal = counted[field.name]++;
        wishes.push_back(
            {{FieldKind::custom, field.name, ordinal}, field.value.clone(), field.secret});
    }
    return wishes;
}

std::vector<Wish> code_wishes(const std::vector<SecretText>& codes) {
    std::vector<Wish> wishes;
    std::set<std::string> seen;
    for (const SecretText& code : codes) {
        std::string name = to_hex(ByteView(sha256(bytes_of(code.expose()))).first(8));
        if (!code.empty() && seen.insert(name).second) {
            wishes.push_back({{FieldKind::recovery_code, std::move(name), 0}, code.clone(), false});
        }
    }
    return wishes;
}

std::vector<Wish> attachment_wishes(const std::vector<Attachment>& attachments) {
    std::vector<Wish> wishes;
    for (const Attachment& attachment : attachments) {
        wishes.push_back({{FieldKind::attachment, attachment.name, 0},
                          SecretText::copy_of(manifest_text(attachment)),
                          false});
    }
    return wishes;
}

void apply_sets(Draft& draft, const ItemPatch& patch) {
    if (patch.urls) apply_set(draft, FieldKind::url, name_wishes(FieldKind::url, *patch.urls));
    if (patch.tags) apply_set(draft, FieldKind::tag, name_wishes(FieldKind::tag, *patch.tags));
    if (patch.fields) apply_set(draft, FieldKind::custom, custom_wishes(*patch.fields));
    if (patch.sign_in_with) {
        apply_set(draft, FieldKind::sign_in_with,
                  name_wishes(FieldKind::sign_in_with, *patch.sign_in_with));
    }
    if (patch.recovers_via) {
        apply_set(draft, FieldKind::recovers_via,
                  name_wishes(FieldKind::recovers_via, *patch.recovers_via));
    }
    if (patch.recovery_codes) {
        apply_set(draft, FieldKind::recovery_code, code_wishes(*patch.recovery_codes));
    }
    if (patch.attachments) {
        apply_set(draft, FieldKind::attachment, attachment_wishes(*patch.attachments));
    }
}

void apply_all(Draft& draft, const ItemPatch& patch) {
    if (patch.type) apply_scalar(draft, FieldKind::type, type_name(*patch.type));
    apply_optional(draft, FieldKind::title, patch.title);
    apply_optional(draft, FieldKind::username, patch.username);
    apply_optional(draft, FieldKind::password, patch.password);
    apply_optional(draft, FieldKind::totp, patch.totp);
    apply_optional(draft, FieldKind::notes, patch.notes);
    if (patch.favorite) apply_scalar(draft, FieldKind::favorite, *patch.favorite ? "1" : "");
    apply_optional(draft, FieldKind::import_mark, patch.import_mark);
    apply_sets(draft, patch);
    if (patch.hotp_counter) draft.raise_counter(*patch.hotp_counter);
}

}  // namespace

/// The merge with a state of nothing would be the same state again.
Result<MergeResult> create_item(const ItemPatch& patch, const Edit& edit) {
    SPAREKEY_CHECK(check_size(patch));
    ItemState empty;
    empty.created_ms = edit.now_ms;
    Draft draft(empty, edit);
    apply_all(draft, patch);
    SPAREKEY_CHECK(check_limits(draft.state()));
    return MergeResult{std::move(draft).take(), {}};
}

Result<MergeResult> apply_patch(const ItemState& state, const ItemPatch& patch, const Edit& edit) {
    SPAREKEY_CHECK(check_size(patch));
    Draft draft(state, edit);
    apply_all(draft, patch);
    SPAREKEY_CHECK(check_limits(draft.state()));
    return merge(state, draft.state());
}

MergeResult put_in_trash(const ItemState& state, const Edit& edit) {
    Draft draft(state, edit);
    if (!state.trashed()) draft.mark_trashed();
    return merge(state, draft.state());
}

MergeResult restore(const ItemState& state, const Edit& edit) {
    Draft draft(state, edit);
    if (!state.trash.empty()) draft.clear_trash();
    return merge(state, draft.state());
}

Result<MergeResult> resolve(const ItemState& state, const FieldKey& key, Keep keep,
                            const Edit& edit) {
    for (const Conflict& conflict : conflicts(state)) {
        if (conflict.key != key) continue;
        const Dot& kept = keep == Keep::current ? conflict.current : conflict.others.front();
        return set_value(state, key, kept.value, edit);
    }
    return unexpected(ErrorCode::not_found, "the field " + field_label(key) + " has no conflict");
}

MergeResult set_value(const ItemState& state, const FieldKey& key, const Value& value,
                      const Edit& edit) {
    Draft draft(state, edit);
    draft.set(key, value.clone());
    return merge(state, draft.state());
}

}  // namespace sparekey::core
