// Bitwarden's unencrypted JSON export: every item type, folders, history, trash, passkeys. With
// attachments it is a ZIP archive.
#include "cli/formats/bitwarden_fields.h"
#include "cli/formats/json_items.h"
#include "cli/formats/time_text.h"
#include "cli/formats/zip_attachments.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <span>

namespace sparekey::cli {
namespace {

namespace json = boost::json;
using core::SecretText;

struct Folder {
    std::string name;
    bool is_used = false;
};
using Folders = std::map<std::string, Folder, std::less<>>;  // by id; collections too

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

/// Members that this reader does not know become secret custom fields, and are reported.
void keep_unknown(core::ItemPatch& patch, const json::object& members,
                  std::span<const std::string_view> known, const std::string& prefix,
                  ImportNotes& notes) {
    for (const auto& pair : members) {
        const std::string_view key(pair.key().data(), pair.key().size());
        const bool is_known = std::find(known.begin(), known.end(), key) != known.end();
        if (is_known || is_empty_bitwarden(pair.value())) continue;
        add_field(patch, key, text_of_value(pair.value()), true);
        notes.keep(prefix + std::string(key));
    }
}

void read_login(core::ItemPatch& patch, const json::object& login, ImportNotes& notes) {
    constexpr std::array<std::string_view, 6> kRead = {"username", "password", "totp",
                                                       "uris",     "uri",      "fido2Credentials"};
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
    read_bitwarden_urls(patch, login, notes);
    const json::value* const passkeys = member(login, "fido2Credentials");
    if (passkeys != nullptr && passkeys->is_array()) {
        for (const json::value& passkey : passkeys->get_array()) {
            add_field(patch, "passkey", text_of_value(passkey), true);
        }
    }
    keep_unknown(patch, login, kRead, "login.", notes);
}

void read_history(ImportedItem& item, const json::object& members, ImportNotes& notes) {
    const json::value* const history = member(members, "passwordHistory");
    if (history == nullptr || !history->is_array()) return;
    for (const json::value& one : history->get_array()) {
        if (!one.is_object()) continue;
        const std::string_view password = text_member(one.get_object(), "password");
        if (password.empty()) continue;
        item.history.push_back(
            {{core::FieldKind::password, {}, 0},
             {SecretText::copy_of(password), false, 0},
             checked_time(text_member(one.get_object(), "lastUsedDate"), "lastUsedDate", notes)});
    }
}

void read_tags(core::ItemPatch& patch, const json::object& members, Folders& folders,
               ImportNotes& notes) {
    patch.tags.emplace();
    const auto add = [&](std::string_view id, std::string_view member) {
        const auto at = folders.find(id);
        if (at == folders.end()) {
            if (!id.empty()) ++notes.unmapped[std::string(member) + " of no folder in the export"];
            return;
        }
        at->second.is_used = true;
        if (!at->second.name.empty()) patch.tags->push_back(at->second.name);
    };
    add(text_member(members, "folderId"), "folderId");
    const json::value* const collections = member(members, "collectionIds");
    if (collections == nullptr || !collections->is_array()) return;
    for (const json::value& id : collections->get_array()) {
        if (id.is_string()) add(std::string_view(id.get_string()), "collectionIds");
    }
}

/// Our own word for it is a tag; since when is a field.
void read_archived(core::ItemPatch& patch, const json::object& members, ImportNotes& notes) {
    const std::string_view date = text_member(members, "archivedDate");
    if (date.empty()) return;
    patch.tags->push_back("archived");
    add_field(patch, "archivedDate", date, false);
    notes.keep("archivedDate");
}

void read_rest(core::ItemPatch& patch, const json::object& members, ImportNotes& notes) {
    constexpr std::array<std::string_view, 25> kRead = {
        "id",           "organizationId", "folderId",     "collectionIds", "type",
        "name",         "notes",          "favorite",     "fields",        "passwordHistory",
        "creationDate", "revisionDate",   "deletedDate",  "key",           "login",
        "secureNote",   "card",           "identity",     "sshKey",        "bankAccount",
        "passport",     "driversLicense", "archivedDate", "object",        "reprompt"};
    const json::value* const reprompt = member(members, "reprompt");
    if (reprompt != nullptr && !is_empty_bitwarden(*reprompt)) {
        add_field(patch, "reprompt", text_of_value(*reprompt), false);
        notes.keep("reprompt");
    }
    keep_unknown(patch, members, kRead, "", notes);
}

void read_patch(core::ItemPatch& patch, const json::object& members, Folders& folders,
                ImportNotes& notes) {
    patch.type = core::ItemType::note;
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
    read_bitwarden_fields(patch, members, notes);
    read_tags(patch, members, folders, notes);
    read_archived(patch, members, notes);
    read_rest(patch, members, notes);
    patch.title = std::string(text_member(members, "name"));
    name_untitled(patch);
}

/// What an export with attachments has beside its JSON: "attachments/ITEM-ID/NAME".
struct Beside {
    const ZipArchive* archive = nullptr;
    ZipAttachments attachments = {};

    core::Result<void> add_to(ImportedItem& item) {
        if (archive == nullptr || item.source.empty()) return {};
        const std::string folder = "attachments/" + item.source + "/";
        for (const ZipArchive::File& file : archive->files_that_start(folder)) {
            SPAREKEY_CHECK(attachments.add(item, file.name.substr(folder.size()), file));
        }
        return {};
    }
};

core::Result<void> read_item(const json::object& members, std::string where, Folders& folders,
                             Beside& beside, const ImportSink& sink, ImportNotes& notes) {
    ImportedItem item;
    item.where = std::move(where);
    item.source = std::string(text_member(members, "id"));
    ImportNotes own;
    read_patch(item.patch, members, folders, own);
    read_history(item, members, own);
    const auto time = [&](const char* name) {
        return checked_time(text_member(members, name), name, own);
    };
    item.created_ms = time("creationDate");
    item.modified_ms = time("revisionDate");
    item.trashed = !text_member(members, "deletedDate").empty();
    item.trashed_ms = time("deletedDate");
    notes.add_item(std::move(own));
    SPAREKEY_CHECK(beside.add_to(item));
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
                            Folder{std::string(text_member(one.get_object(), "name"))});
        }
    }
    return folders;
}

/// A folder is a tag here, and a tag is nothing without items.
void note_empty_folders(const Folders& folders, ImportNotes& notes) {
    for (const auto& [id, folder] : folders) {
        if (folder.is_used || folder.name.empty()) continue;
        notes.skipped.push_back(
            {"folder (" + core::printable(folder.name) + ")", "no item is in it"});
    }
}

bool is_set(const json::object& root, std::string_view name) {
    const json::value* const found = member(root, name);
    return found != nullptr && found->is_bool() && found->get_bool();
}

core::Result<void> check_frame(const json::object& root) {
    if (member(root, "sparekey_export") != nullptr) {
        return core::unexpected(core::ErrorCode::usage, "this is an export of Sparekey's own",
                                "sparekey import json FILE");
    }
    if (!is_set(root, "encrypted")) return {};
    const bool by_password = is_set(root, "passwordProtected");
    return core::unexpected(core::ErrorCode::usage,
                            by_password ? "this Bitwarden export is encrypted with a password"
                                        : "this Bitwarden export is encrypted for its account: "
                                          "only that account can read it",
                            "export again as plain \".json\"");
}

core::Result<void> read_json(std::string_view text, Beside& beside, const ImportSink& sink,
                             ImportNotes& notes) {
    SPAREKEY_TRY(JsonItems items, JsonItems::open(text, "items"));
    const json::object* const frame = items.frame();
    if (frame != nullptr) SPAREKEY_CHECK(check_frame(*frame));
    if (!items.has_list()) {
        return core::unexpected(core::ErrorCode::usage, "this is not a Bitwarden JSON export");
    }
    Folders folders = read_folders(*frame);
    for (std::size_t count = 1;; ++count) {
        SPAREKEY_TRY(const json::value* const one, items.next());
        if (one == nullptr) break;
        const std::string where = "item " + std::to_string(count);
        notes.advance(items.done(), items.size());
        if (!one->is_object()) {
            return core::unexpected(core::ErrorCode::usage, where + " is not an object");
        }
        SPAREKEY_CHECK(read_item(one->get_object(), where, folders, beside, sink, notes));
    }
    note_empty_folders(folders, notes);
    return {};
}

}  // namespace

core::Result<void> read_bitwarden_json(core::SecretBytes& file, const ImportSink& sink,
                                       ImportNotes& notes) {
    Beside beside;
    if (!ZipArchive::looks_like_one(file.expose())) {
        return read_json(core::text_of(file.expose()), beside, sink, notes);
    }
    SPAREKEY_TRY(const ZipArchive archive, ZipArchive::open(file.expose()));
    file = core::SecretBytes();  // once is enough
    const auto data = archive.file("data.json");
    if (!data) {
        return core::unexpected(core::ErrorCode::usage,
                                "this is not a Bitwarden export: it has no data.json");
    }
    beside.archive = &archive;
    SPAREKEY_CHECK(read_json(core::text_of(*data), beside, sink, notes));
    beside.attachments.note_unclaimed(archive, {"data.json"}, notes);
    return {};
}

}  // namespace sparekey::cli
