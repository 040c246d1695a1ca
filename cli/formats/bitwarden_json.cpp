// Bitwarden's unencrypted JSON export: every item type, folders, history, trash, passkeys. With
// attachments it is a ZIP archive.
#include "cli/formats/import.h"
#include "cli/formats/json_items.h"
#include "cli/formats/time_text.h"
#include "cli/formats/zip_attachments.h"
#include "core/model/view.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <span>

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

bool is_empty(const json::value& value) {
    return value.is_null() || (value.is_int64() && value.get_int64() == 0) ||
           (value.is_string() && value.get_string().empty()) ||
           (value.is_array() && value.get_array().empty());
}

/// Members that this reader does not know become secret custom fields, and are reported.
void keep_unknown(core::ItemPatch& patch, const json::object& members,
                  std::span<const std::string_view> known, const std::string& prefix,
                  ImportNotes& notes) {
    for (const auto& pair : members) {
        const std::string_view key(pair.key().data(), pair.key().size());
        const bool is_known = std::find(known.begin(), known.end(), key) != known.end();
        if (is_known || is_empty(pair.value())) continue;
        add_field(patch, key, text_of_value(pair.value()), true);
        ++notes.unmapped[prefix + std::string(key)];
    }
}

void add_url(core::ItemPatch& patch, std::string_view uri) {
    if (!uri.empty()) patch.urls->emplace_back(uri);
}

void read_urls(core::ItemPatch& patch, const json::object& login, ImportNotes& notes) {
    patch.urls.emplace();
    const json::value* const uris = member(login, "uris");
    const bool listed = uris != nullptr && uris->is_array() && !uris->get_array().empty();
    if (!listed) {
        add_url(patch, text_member(login, "uri"));  // exports before 2018
        return;
    }
    for (const json::value& one : uris->get_array()) {
        if (one.is_string()) add_url(patch, std::string_view(one.get_string()));
        if (!one.is_object()) continue;
        add_url(patch, text_member(one.get_object(), "uri"));
        const json::value* const match = member(one.get_object(), "match");
        if (match != nullptr && !match->is_null()) ++notes.unmapped["login.uris.match"];
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
    read_urls(patch, login, notes);
    const json::value* const passkeys = member(login, "fido2Credentials");
    if (passkeys != nullptr && passkeys->is_array()) {
        for (const json::value& passkey : passkeys->get_array()) {
            add_field(patch, "passkey", text_of_value(passkey), true);
        }
    }
    keep_unknown(patch, login, kRead, "login.", notes);
}

void take_field(core::ItemPatch& patch, const json::object& field, ImportNotes& notes) {
    constexpr std::int64_t kHidden = 1;
    constexpr std::int64_t kLinked = 3;
    const json::value* const type = member(field, "type");
    const std::int64_t kind = type != nullptr && type->is_int64() ? type->get_int64() : 0;
    if (kind == kLinked) {
        ++notes.unmapped["fields (linked)"];
        return;
    }
    const std::string_view name = text_member(field, "name");
    const json::value* const value = member(field, "value");
    const bool empty =
        value == nullptr || value->is_null() || (value->is_string() && value->get_string().empty());
    if (empty) {
        ++notes.unmapped["fields (empty): " + core::printable(name)];
    } else {
        add_field(patch, name, text_of_value(*value), kind == kHidden);
    }
}

void take_fields(core::ItemPatch& patch, const json::object& item, ImportNotes& notes) {
    const json::value* const fields = member(item, "fields");
    if (fields == nullptr || !fields->is_array()) return;
    for (const json::value& one : fields->get_array()) {
        if (one.is_object()) take_field(patch, one.get_object(), notes);
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

std::string title_of(const json::object& members, const core::ItemPatch& patch) {
    if (const auto name = text_member(members, "name"); !name.empty()) return std::string(name);
    if (!patch.urls || patch.urls->empty()) return "Untitled";
    const std::string host = core::url_host(patch.urls->front());
    return host.empty() ? patch.urls->front() : host;
}

void read_rest(core::ItemPatch& patch, const json::object& members, ImportNotes& notes) {
    constexpr std::array<std::string_view, 25> kRead = {
        "id",           "organizationId", "folderId",     "collectionIds", "type",
        "name",         "notes",          "favorite",     "fields",        "passwordHistory",
        "creationDate", "revisionDate",   "deletedDate",  "key",           "login",
        "secureNote",   "card",           "identity",     "sshKey",        "bankAccount",
        "passport",     "driversLicense", "archivedDate", "object",        "reprompt"};
    const json::value* const reprompt = member(members, "reprompt");
    if (reprompt != nullptr && !is_empty(*reprompt)) ++notes.unmapped["reprompt"];
    keep_unknown(patch, members, kRead, "", notes);
}

void read_patch(core::ItemPatch& patch, const json::object& members, const Folders& folders,
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
    take_fields(patch, members, notes);
    read_tags(patch, members, folders);
    if (!text_member(members, "archivedDate").empty()) patch.tags->push_back("archived");
    read_rest(patch, members, notes);
    patch.title = title_of(members, patch);
}

/// What an export with attachments has beside its JSON: "attachments/ITEM-ID/NAME".
struct Beside {
    const ZipArchive* archive = nullptr;
    ZipAttachments attachments = {};

    core::Result<void> add_to(ImportedItem& item) {
        if (archive == nullptr || item.source.empty()) return {};
        const std::string folder = "attachments/" + item.source + "/";
        for (const ZipArchive::File& file : archive->files_that_start(folder)) {
            SPAREKEY_CHECK(attachments.add(item, file.name.substr(folder.size()), file.data));
        }
        return {};
    }
};

core::Result<void> read_item(const json::object& members, std::string where, const Folders& folders,
                             Beside& beside, const ImportSink& sink, ImportNotes& notes) {
    ImportedItem item;
    item.where = std::move(where);
    item.source = std::string(text_member(members, "id"));
    ImportNotes own;
    read_patch(item.patch, members, folders, own);
    for (const auto& [field, times] : own.unmapped) ++notes.unmapped[field];
    read_history(item, members);
    item.created_ms = parse_time(text_member(members, "creationDate")).value_or(0);
    item.modified_ms = parse_time(text_member(members, "revisionDate")).value_or(0);
    const std::string_view deleted = text_member(members, "deletedDate");
    item.trashed = !deleted.empty();
    item.trashed_ms = parse_time(deleted).value_or(0);
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
                            text_member(one.get_object(), "name"));
        }
    }
    return folders;
}

bool is_set(const json::object& root, std::string_view name) {
    const json::value* const found = member(root, name);
    return found != nullptr && found->is_bool() && found->get_bool();
}

core::Result<void> check_plain(const json::object& root) {
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
    if (frame != nullptr) SPAREKEY_CHECK(check_plain(*frame));
    if (!items.has_list()) {
        return core::unexpected(core::ErrorCode::usage, "this is not a Bitwarden JSON export");
    }
    const Folders folders = read_folders(*frame);
    for (std::size_t count = 1;; ++count) {
        SPAREKEY_TRY(const json::value* const one, items.next());
        if (one == nullptr) return {};
        const std::string where = "item " + std::to_string(count);
        notes.advance(items.done(), items.size());
        if (!one->is_object()) {
            return core::unexpected(core::ErrorCode::usage, where + " is not an object");
        }
        SPAREKEY_CHECK(read_item(one->get_object(), where, folders, beside, sink, notes));
    }
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
    return read_json(core::text_of(*data), beside, sink, notes);
}

}  // namespace sparekey::cli
