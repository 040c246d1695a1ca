// An item as people see it: what `get --json` prints and `add --stdin` takes (INTERFACE, "Item").
//
// A view of an ItemState (core/model/view.h) and, as ItemPatch, a wish to change one
// (core/merge/edit.h). What an item may hold: core/model/limits.h.
#pragma once

#include "core/base/result.h"
#include "core/model/ids.h"
#include "core/secret/secret_bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sparekey::core {

enum class ItemType : std::uint8_t {
    login,
    note,
    card,
    identity,
    ssh_key,
    api_token,
    idp_account,
    recovery_codes,
};
/// "login", "ssh-key", "idp-account" …
std::string_view type_name(ItemType type);
std::vector<std::string_view> type_names();
std::optional<ItemType> parse_type(std::string_view name);

struct CustomField {
    std::string name;
    SecretText value;
    bool secret = false;

    CustomField clone() const { return {name, value.clone(), secret}; }
};

/// The manifest of one attachment; its bytes are records of their own, in chunks.
struct Attachment {
    std::string name;
    RecordId id;             // random; RecordSealer::chunk_id() names its chunks' records
    std::uint64_t size = 0;  // bytes
    Hash sha256{};
    std::uint32_t chunks = 0;
};

struct Item {
    RecordId id;
    ItemType type = ItemType::login;
    std::string title;
    std::string username;
    SecretText password;
    SecretText totp;  // an otpauth:// or steam:// URI or bare base32, as it was given
    std::vector<std::string> urls;
    SecretText notes;
    std::vector<std::string> tags;
    std::vector<CustomField> fields;
    std::vector<std::string> sign_in_with;
    std::vector<std::string> recovers_via;
    std::vector<SecretText> recovery_codes;  // the unused ones
    bool favorite = false;
    std::vector<Attachment> attachments;
    std::uint64_t created_ms = 0;
    std::uint64_t modified_ms = 0;
    std::uint64_t revision = 0;  // the record's version, from 1
    bool deleted = false;
    std::size_t conflicts = 0;  // fields with more than one distinct value

    Item clone() const;
};

/// What to change; what is left out stays. Scalars: empty text clears. Vectors replace the whole
/// set.
struct ItemPatch {
    std::optional<ItemType> type = {};
    std::optional<std::string> title = {};
    std::optional<std::string> username = {};
    std::optional<SecretText> password = {};
    std::optional<SecretText> totp = {};
    std::optional<std::vector<std::string>> urls = {};
    std::optional<SecretText> notes = {};
    std::optional<std::vector<std::string>> tags = {};
    std::optional<std::vector<CustomField>> fields = {};
    std::optional<std::vector<std::string>> sign_in_with = {};
    std::optional<std::vector<std::string>> recovers_via = {};
    std::optional<std::vector<SecretText>> recovery_codes = {};
    std::optional<bool> favorite = {};
    std::optional<std::vector<Attachment>> attachments = {};
    std::optional<std::string> import_mark = {};
    std::optional<std::uint64_t> hotp_counter = {};  // of the TOTP seed in force after the patch
};

}  // namespace sparekey::core
