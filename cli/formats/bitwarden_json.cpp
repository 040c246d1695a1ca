// Bitwarden's unencrypted JSON export: every item type, folders, history, trash, passkeys.
#include "cli/formats/import.h"
#include "cli/formats/json_document.h"
#include "cli/formats/time_text.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

namespace json = boost::json;
using core::SecretText;
using Folders = std::map<std::string, std::string, std::less<>>;

/// A group of members that become custom fields under their own names.
struct Section {
    std::string_view name;
    core::ItemType type;
    std::array<std::string_view, 4> secrets;
};
constexpr std::array kSections = {
    Section{"card", core::ItemType::card, {"number", "code", "", ""}},
    Section{"identity", core::ItemType::identity, {"ssn", "passportNumber", "licenseNumber", ""}},
    Section{"sshKey", core::ItemType::ssh_key, {"privateKey", "", "", ""}},
    Section{"bankAccount", core::ItemType::note, {"accountNumber", "routingNumber", "iban", "pin"}},
    Section{"driversLicense", core::ItemType::identity, {"licenseNumber", "", "", ""}},
    Section{"passport",
            core::ItemType::identity,
            {"passportNumber", "nationalIdentificationNumber", "", ""}},
};

std::string text_of_value(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

/// Our own ssh-key items use OpenSSH's words.
std::string_view section_field(std::string_view section, std::string_view key) {
    if (section != "sshKey") return key;
    if (key == "privateKey") return "private_key";
    if (key == "publicKey") return "public_key";
    return key == "keyFingerprint" ? "fingerprint" : key;
}

void read_section(core::ItemPatch& patch, const Section& section, const json::object& members) {
    patch.type = section.type;
    for (const auto& pair : members) {
        const std::string_view key(pair.key().data(), pair.key().size());
        if (pair.value().is_null()) continue;
        const bool secret =
            std::find(section.secrets.begin(), section.secrets.end(), key) != section.secrets.end();
        add_field(patch, section_field(section.name, key), text_of_value(pair.value()), secret);
    }
}

void read_login(core::ItemPatch& patch, const json::object& login, ImportNotes& notes) {
    patch.type = core::ItemType::login;
    if (const auto name = text_member(login, "username"); !name.empty()) {
        patch.username = std::string(name);
    }
    if (const auto secret = text_member(login, "password"); !secret.empty()) {
        patch.password = SecretText::copy_of(secret);
    }
    if (const auto seed = text_member(login, "totp"); !seed.empty()) {
        patch.totp = SecretText::copy_of(seed);
    }
    patch.urls.emplace();
    const json::value* const uris = member(login, "uris");
    if (uris != nullptr && uris->is_array()) {
        for (const json::value& one : uris->get_array()) {
            if (!one.is_object()) continue;
            const std::string_view uri = text_member(one.get_object(), "uri");
            if (!uri.empty()) patch.urls->emplace_back(uri);
            const json::value* const match = member(one.get_object(), "match");
            if (match != nullptr && !match->is_null()) ++notes.unmapped["login.uris.match"];
        }
    }
    const json::value* const passkeys = member(login, "fido2Credentials");
    if (passkeys != nullptr && passkeys->is_array()) {
        for (const json::value& passkey : passkeys->get_array()) {
            add_field(patch, "passkey", json::serialize(passkey), true);
        }
    }
}

void read_fields(core::ItemPatch& patch, const json::object& item, ImportNotes& notes) {
    const json::value* const fields = member(item, "fields");
    if (fields == nullptr || !fields->is_array()) return;
    constexpr std::int64_t kHidden = 1;
    constexpr std::int64_t kLinked = 3;
    for (const json::value& one : fields->get_array()) {
        if (!one.is_object()) continue;
        const json::value* const type = member(one.get_object(), "type");
        const std::int64_t kind = type != nullptr && type->is_int64() ? type->get_int64() : 0;
        if (kind == kLinked) {
            ++notes.unmapped["fields (linked)"];
            continue;
        }
        add_field(patch, text_member(one.get_object(), "name"),
                  text_member(one.get_object(), "value"), kind == kHidden);
    }
}

void read_history(ImportedItem& item, const json::object& members) {
    const json::value* const history = member(members, "passwordHistory");
    if (history == nullptr || !history->is_array()) return;
    for (const json::value& one : history->get_array()) {
        if (!one.is_object()) continue;
        const std::string_view password = text_member(one.get_object(), "password");
        if (password.empty()) continue;
        item.history.push_back(
            {{core::FieldKind::password, {}, 0},
             {SecretText::copy_of(password), false, 0},
             parse_time(text_member(one.get_object(), "lastUsedDate")).value_or(0)});
    }
}

void read_tags(core::ItemPatch& patch, const json::object& members, const Folders& folders) {
    patch.tags.emplace();
    const auto add = [&](std::string_view id) {
        const auto at = folders.find(id);
        if (at != folders.end() && !at->second.empty()) patch.tags->push_back(at->second);
    };
    add(text_member(members, "folderId"));
    const json::value* const collections = member(members, "collectionIds");
    if (collections == nullptr || !collections->is_array()) return;
    for (const json::value& id : collections->get_array()) {
        if (id.is_string()) add(std::string_view(id.get_string()));
    }
}

/// Members of an item that are not read: those with a value are named in the report.
void note_unknown(const json::object& members, ImportNotes& notes) {
    constexpr std::array<std::string_view, 24> kRead = {
        "id",           "organizationId", "folderId",     "collectionIds", "type",
        "name",         "notes",          "favorite",     "fields",        "passwordHistory",
        "creationDate", "revisionDate",   "deletedDate",  "key",           "login",
        "secureNote",   "card",           "identity",     "sshKey",        "bankAccount",
        "passport",     "driversLicense", "archivedDate", "object"};
    for (const auto& pair : members) {
        const std::string_view key(pair.key().data(), pair.key().size());
        const json::value& value = pair.value();
        const bool empty = value.is_null() || (value.is_int64() && value.get_int64() == 0);
        if (!empty && std::find(kRead.begin(), kRead.end(), key) == kRead.end()) {
            ++notes.unmapped[std::string(key)];
        }
    }
}

core::Result<void> read_item(const json::object& members, std::string where, const Folders& folders,
                             const ImportSink& sink, ImportNotes& notes) {
    ImportedItem item;
    item.where = std::move(where);
    item.source = std::string(text_member(members, "id"));
    core::ItemPatch& patch = item.patch;
    patch.type = core::ItemType::note;
    const std::string_view name = text_member(members, "name");
    patch.title = name.empty() ? "Untitled" : std::string(name);
    if (const auto text = text_member(members, "notes"); !text.empty()) {
        patch.notes = SecretText::copy_of(text);
    }
    const json::value* const favorite = member(members, "favorite");
    patch.favorite = favorite != nullptr && favorite->is_bool() && favorite->get_bool();
    if (const json::value* login = member(members, "login"); login && login->is_object()) {
        read_login(patch, login->get_object(), notes);
    }
    for (const Section& section : kSections) {
        const json::value* const found = member(members, section.name);
        if (found != nullptr && found->is_object()) {
            read_section(patch, section, found->get_object());
        }
    }
    read_fields(patch, members, notes);
    read_history(item, members);
    read_tags(patch, members, folders);
    item.created_ms = parse_time(text_member(members, "creationDate")).value_or(0);
    item.modified_ms = parse_time(text_member(members, "revisionDate")).value_or(0);
    item.trashed = !text_member(members, "deletedDate").empty();
    if (!text_member(members, "archivedDate").empty()) patch.tags->push_back("archived");
    note_unknown(members, notes);
    return sink(std::move(item));
}

Folders read_folders(const json::object& root) {
    Folders folders;
    for (const std::string_view list : {"folders", "collections"}) {
        const json::value* const found = member(root, list);
        if (found == nullptr || !found->is_array()) continue;
        for (const json::value& one : found->get_array()) {
            if (!one.is_object()) continue;
            folders.emplace(text_member(one.get_object(), "id"),
                            text_member(one.get_object(), "name"));
        }
    }
    return folders;
}

}  // namespace

core::Result<void> read_bitwarden_json(core::SecretBytes& file, const ImportSink& sink,
                                       ImportNotes& notes) {
    SPAREKEY_TRY(const JsonDocument document, JsonDocument::parse(core::text_of(file.expose())));
    const json::object* const root = document.root().if_object();
    const json::value* const encrypted = root == nullptr ? nullptr : member(*root, "encrypted");
    if (encrypted != nullptr && encrypted->is_bool() && encrypted->get_bool()) {
        return core::unexpected(core::ErrorCode::usage, "this Bitwarden export is encrypted",
                                "export again as plain \".json\"");
    }
    const json::value* const items = root == nullptr ? nullptr : member(*root, "items");
    if (items == nullptr || !items->is_array()) {
        return core::unexpected(core::ErrorCode::usage, "this is not a Bitwarden JSON export");
    }
    const Folders folders = read_folders(*root);
    std::size_t count = 0;
    for (const json::value& one : items->get_array()) {
        const std::string where = "item " + std::to_string(++count);
        if (!one.is_object()) {
            return core::unexpected(core::ErrorCode::usage, where + " is not an object");
        }
        SPAREKEY_CHECK(read_item(one.get_object(), where, folders, sink, notes));
    }
    return {};
}

}  // namespace sparekey::cli
