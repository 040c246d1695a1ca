// An item as it is stored and merged: a map from field to register, with the causal context.
//
// This is the replicated form (DESIGN section 4); core/model/item.h is the form that people see.
// Invariant, checked at decoding: every stamp in the state is covered by its context.
#pragma once

#include "core/model/stamp.h"
#include "core/secret/secret_bytes.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::core {

/// Stored as one byte: append only. From `url` on each field is an element of a set.
enum class FieldKind : std::uint8_t {
    type = 0,
    title = 1,
    username = 2,
    password = 3,
    totp = 4,
    notes = 5,
    favorite = 6,
    import_mark = 7,  // keyed hash of the row that an import made this item from

    url = 16,            // name: the URL
    tag = 17,            // name: the tag
    custom = 18,         // name: the field's name, ordinal: which of that name
    sign_in_with = 19,   // name: the identity
    recovers_via = 20,   // name: the identity
    recovery_code = 21,  // name: hex of a hash of the code, so that no secret stands in a key
    attachment = 22,     // name: the file name; value: its manifest as text
};
inline constexpr bool is_element(FieldKind kind) {
    return kind >= FieldKind::url;
}
bool is_known(FieldKind kind);

/// Names one register of an item. Ordered, so that a state has one encoding.
struct FieldKey {
    FieldKind kind = FieldKind::title;
    std::string name = {};
    std::uint16_t ordinal = 0;

    friend auto operator<=>(const FieldKey&, const FieldKey&) = default;
};

/// The field as users name it: "password", "url", "tag", a custom field's own name … A custom field
/// that is called like one of the others is "fields/password", so that a label means one field.
std::string field_label(const FieldKey& key);
/// A custom field's name, of its label.
std::string_view custom_name(std::string_view label);

/// Of a known kind, and with a name and an ordinal only where the kind is of a set's elements.
bool is_well_formed(const FieldKey& key);

/// One value. `order` places an element within its set; `secret` conceals a custom field.
struct Value {
    SecretText text;
    bool secret = false;
    std::uint32_t order = 0;

    Value clone() const { return {text.clone(), secret, order}; }
};
/// The same to a person: `order` does not count.
bool same_value(const Value& left, const Value& right);

/// A value and the stamp of the edit that wrote it.
struct Dot {
    Stamp stamp;
    Value value;

    Dot clone() const { return {stamp, value.clone()}; }
};
/// Equal in every bit.
bool identical(const Dot& left, const Dot& right);

/// The order of a register: by stamp, then by content.
bool comes_before(const Dot& left, const Dot& right);

/// The values of one field that no edit has replaced: one normally, several after concurrent edits.
/// Sorted by stamp, then by content; never empty in a state.
using Register = std::vector<Dot>;

struct Field {
    FieldKey key;
    Register dots;

    Field clone() const;
};

/// The item was put in the trash when it had seen `context`; a value outside it undoes that.
struct TrashMark {
    Stamp stamp;
    Context context;

    friend bool operator==(const TrashMark&, const TrashMark&) = default;
};

/// The counter of one HOTP seed, merged by maximum. `seed` is a hash of the seed, in hex.
struct Counter {
    std::string seed;
    std::uint64_t value = 0;

    friend bool operator==(const Counter&, const Counter&) = default;
};

struct ItemState {
    std::uint64_t created_ms = 0;
    Context context;
    std::vector<Field> fields;      // sorted by key, one entry each
    std::vector<TrashMark> trash;   // sorted by stamp
    std::vector<Counter> counters;  // sorted by seed, one entry each

    ItemState clone() const;
    /// Nothing if no edit ever wrote it or all its values were removed.
    const Register* find(const FieldKey& key) const;
    /// In the trash: a mark exists and every value was seen by one of the marks.
    bool trashed() const;
};

/// The value that shows: the one with the highest stamp. `dots` is not empty.
const Dot& shown(const Register& dots);

/// Equal in every bit: equal states have equal encodings.
bool identical(const ItemState& left, const ItemState& right);

/// Equal in every bit but for what edits were seen.
bool same_content(const ItemState& left, const ItemState& right);

/// A value that an edit or a merge replaced; kept as a record of its own.
struct HistoryEntry {
    RecordId item;
    FieldKey key;
    Dot dot;

    HistoryEntry clone() const { return {item, key, dot.clone()}; }
};

/// Concealed on a terminal: passwords, seeds, notes, recovery codes, secret custom fields.
bool is_secret(const FieldKey& key, const Value& value);
inline bool is_secret(const HistoryEntry& entry) {
    return is_secret(entry.key, entry.dot.value);
}
/// What the entry held, as people see it: the element itself for a set, else the value.
std::string_view history_text(const HistoryEntry& entry);

}  // namespace sparekey::core
