// 1Password's export, 1PUX: a ZIP archive of "export.data", which is JSON, and of attachments
// "files/DOCUMENT-ID__NAME". https://support.1password.com/1pux-format/
#include "cli/formats/onepassword_1pux.h"

#include "cli/formats/json_document.h"
#include "cli/formats/onepassword_values.h"
#include "cli/formats/zip_attachments.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

namespace json = boost::json;
using core::SecretText;

/// The objects of a list; none if it is missing or no list.
template <class Take>
void each_object(const json::object& object, std::string_view list, Take take) {
    const json::value* const found = member(object, list);
    if (found == nullptr || !found->is_array()) return;
    for (const json::value& one : found->get_array()) {
        if (one.is_object()) take(one.get_object());
    }
}

const json::object* object_member(const json::object& object, std::string_view name) {
    const json::value* const found = member(object, name);
    return found == nullptr ? nullptr : found->if_object();
}

/// In ms; 0 if there is none, or, noted, none that is a time.
std::uint64_t time_member(const json::object& object, std::string_view name, ImportNotes& notes) {
    const json::value* const found = member(object, name);
    if (found == nullptr || found->is_null()) return 0;
    const auto time = onepassword_time(*found);
    if (!time) note_no_time(name, notes);
    return time.value_or(0);
}

/// One item of the export on its way to be one of ours.
class Reading {
  public:
    Reading(ImportedItem& item, const ZipArchive& archive, ZipAttachments& attachments,
            ImportNotes& notes)
        : item_(item),
          patch_(item.patch),
          archive_(archive),
          attachments_(attachments),
          notes_(notes) {}

    core::Result<void> read(const json::object& members);

  private:
    void read_overview(const json::object& overview);
    void read_login_field(const json::object& field);
    void read_field(const json::object& field, std::string_view section);
    void read_value(const std::string& name, std::string_view kind, const json::value& value);
    void read_sign_in(const json::value& value);
    void read_ssh_key(const json::value& value);
    void read_history(const json::object& details);
    void read_file(const json::object& file);
    void set_password(std::string_view value) { patch_.password = SecretText::copy_of(value); }
    void add(std::string_view name, std::string_view value, bool secret) {
        add_field(patch_, name, value, secret);
    }

    ImportedItem& item_;
    core::ItemPatch& patch_;
    const ZipArchive& archive_;
    ZipAttachments& attachments_;
    ImportNotes& notes_;
    core::Result<void> attached_;  // the first refusal
};

void Reading::read_overview(const json::object& overview) {
    patch_.title = std::string(text_member(overview, "title"));
    patch_.urls.emplace();
    each_object(overview, "urls", [&](const json::object& url) {
        const std::string_view text = text_member(url, "url");
        if (!text.empty()) patch_.urls->emplace_back(text);
    });
    const std::string_view first = text_member(overview, "url");
    if (patch_.urls->empty() && !first.empty()) patch_.urls->emplace_back(first);
    const json::value* const tags = member(overview, "tags");
    if (tags == nullptr || !tags->is_array()) return;
    for (const json::value& tag : tags->get_array()) {
        if (tag.is_string() && !tag.get_string().empty()) {
            patch_.tags->emplace_back(std::string_view(tag.get_string()));
        }
    }
}

/// A field of the web form. "P" is a password's, "C" a check box's.
void Reading::read_login_field(const json::object& field) {
    const std::string_view value = text_member(field, "value");
    if (value.empty()) return;
    const std::string_view designation = text_member(field, "designation");
    if (designation == "username" && !patch_.username) {
        patch_.username = std::string(value);
    } else if (designation == "password" && !patch_.password) {
        set_password(value);
    } else {
        const std::string_view name = text_member(field, "name");
        const std::string_view kind = text_member(field, "fieldType");
        add(name.empty() ? text_member(field, "id") : name, value, kind == "P");
    }
}

/// "Sign in with": which provider, for cli/formats/login_habit.h to recognise.
void Reading::read_sign_in(const json::value& value) {
    const json::object* const object = value.if_object();
    const std::string_view provider = object != nullptr   ? text_member(*object, "provider")
                                      : value.is_string() ? std::string_view(value.get_string())
                                                          : std::string_view();
    if (provider.empty()) {
        add("sign in with", text_of_value(value), true);
        notes_.keep("ssoLogin");
    } else {
        add("sign in with", provider, false);
    }
}

/// Our own ssh-key items use OpenSSH's words.
void Reading::read_ssh_key(const json::value& value) {
    const json::object* const key = value.if_object();
    if (key == nullptr) return add("private_key", text_of_value(value), true);
    add("private_key", text_member(*key, "privateKey"), true);
    const json::object* const about = object_member(*key, "metadata");
    if (about == nullptr) return;
    add("public_key", text_member(*about, "publicKey"), false);
    add("fingerprint", text_member(*about, "fingerprint"), false);
}

void Reading::read_file(const json::object& file) {
    const std::string name(text_member(file, "fileName"));
    const std::string prefix = "files/" + std::string(text_member(file, "documentId")) + "__";
    const std::vector<ZipArchive::File> files = archive_.files_that_start(prefix);
    const ZipArchive::File* const found = files.empty() ? nullptr : &files.front();
    if (found == nullptr) {
        notes_.skipped.push_back(
            {item_.where, "the archive lacks its attachment \"" + core::printable(name) + "\""});
        item_.without_data.push_back(name);
        return;
    }
    if (!attached_) return;
    const std::string_view given = found->name.substr(prefix.size());
    attached_ = attachments_.add(item_, name.empty() ? given : std::string_view(name), *found);
}

void Reading::read_value(const std::string& name, std::string_view kind, const json::value& value) {
    constexpr std::array<std::string_view, 6> kPlain = {"string", "phone",  "url",
                                                        "menu",   "gender", "creditCardType"};
    const bool is_plain = std::find(kPlain.begin(), kPlain.end(), kind) != kPlain.end();
    if (is_plain) return add(name, text_of_value(value), false);
    if (kind == "concealed" || kind == "creditCardNumber") {
        return add(name, text_of_value(value), true);
    }
    if (kind == "totp" && !patch_.totp) {
        patch_.totp = SecretText::copy_of(text_of_value(value));
        return;
    }
    if (kind == "totp") return add(name.empty() ? "totp" : name, text_of_value(value), true);
    if (kind == "date") return add(name, onepassword_date(value), false);
    if (kind == "monthYear") return add(name, onepassword_month(value), false);
    if (kind == "ssoLogin") return read_sign_in(value);
    if (kind == "sshKey") return read_ssh_key(value);
    const json::object* const object = value.if_object();
    if (kind == "address" && object != nullptr)
        return add(name, onepassword_address(*object), false);
    if (kind == "file" && object != nullptr) return read_file(*object);
    if (kind == "email") {
        const std::string_view address =
            object != nullptr ? text_member(*object, "email_address") : std::string_view();
        return add(name, object != nullptr ? std::string(address) : text_of_value(value), false);
    }
    // "reference", and kinds that this reader does not know.
    add(name, text_of_value(value), true);
    notes_.keep(kind);
}

/// Its value is an object of one member, whose name says what it is. Two sections may each have a
/// field of one name, so that a section with a title is part of it.
void Reading::read_field(const json::object& field, std::string_view section) {
    const std::string_view title = text_member(field, "title");
    const std::string_view id = text_member(field, "id");
    const json::object* const value = object_member(field, "value");
    if (value == nullptr) return;
    std::string name(title.empty() ? id : title);
    if (!section.empty()) name = std::string(section) + (name.empty() ? "" : ": ") + name;
    for (const auto& pair : *value) {
        if (is_blank_onepassword(pair.value())) continue;
        const std::string_view kind(pair.key().data(), pair.key().size());
        const std::string_view text =
            pair.value().is_string() ? std::string_view(pair.value().get_string()) : "";
        // Categories other than logins have their user name and password in a section.
        if (id == "username" && !patch_.username && !text.empty()) {
            patch_.username = std::string(text);
        } else if ((id == "password" || id == "credential") && !patch_.password && !text.empty()) {
            set_password(text);
        } else {
            read_value(name, kind, pair.value());
        }
    }
}

void Reading::read_history(const json::object& details) {
    each_object(details, "passwordHistory", [&](const json::object& old) {
        const std::string_view password = text_member(old, "value");
        if (password.empty()) return;
        item_.history.push_back({{core::FieldKind::password, {}, 0},
                                 {SecretText::copy_of(password), false, 0},
                                 time_member(old, "time", notes_)});
    });
    std::stable_sort(
        item_.history.begin(), item_.history.end(),
        [](const ImportedValue& a, const ImportedValue& b) { return a.at_ms > b.at_ms; });
}

core::Result<void> Reading::read(const json::object& members) {
    patch_.type = onepassword_type(text_member(members, "categoryUuid"));
    patch_.tags.emplace();
    if (const json::object* const overview = object_member(members, "overview")) {
        read_overview(*overview);
    }
    if (const json::object* const details = object_member(members, "details")) {
        each_object(*details, "loginFields", [&](const auto& field) { read_login_field(field); });
        const std::string_view password = text_member(*details, "password");
        if (!password.empty() && !patch_.password) set_password(password);
        const std::string_view notes = text_member(*details, "notesPlain");
        if (!notes.empty()) patch_.notes = SecretText::copy_of(notes);
        each_object(*details, "sections", [&](const json::object& section) {
            const std::string_view title = text_member(section, "title");
            each_object(section, "fields", [&](const auto& field) { read_field(field, title); });
        });
        if (const auto* const document = object_member(*details, "documentAttributes")) {
            read_file(*document);
        }
        read_history(*details);
    }
    name_untitled(patch_);
    const json::value* const favourite = member(members, "favIndex");
    patch_.favorite = favourite != nullptr && favourite->is_int64() && favourite->get_int64() != 0;
    return std::move(attached_);
}

core::Result<void> read_item(const json::object& entry, std::string where, std::string_view vault,
                             const ZipArchive& archive, ZipAttachments& attachments,
                             const ImportSink& sink, ImportNotes& notes) {
    // Some older exports wrap each item once more.
    const json::object* const wrapped = object_member(entry, "item");
    const json::object& members = wrapped != nullptr ? *wrapped : entry;
    ImportedItem item;
    item.where = std::move(where);
    item.source = std::string(text_member(members, "uuid"));
    ImportNotes own;
    SPAREKEY_CHECK(Reading(item, archive, attachments, own).read(members));
    if (!vault.empty()) item.patch.tags->emplace_back(vault);
    const std::string_view state = text_member(members, "state");
    if (state == "archived") item.patch.tags->emplace_back("archived");
    const json::value* const trashed = member(members, "trashed");
    item.trashed = state == "trashed" || state == "deleted" ||
                   (trashed != nullptr && trashed->is_bool() && trashed->get_bool());
    item.created_ms = time_member(members, "createdAt", own);
    item.modified_ms = time_member(members, "updatedAt", own);
    notes.add_item(std::move(own));
    return sink(std::move(item));
}

struct Vault {
    std::string_view name;
    const json::array* items;
};

/// Of all accounts, those with a list of items.
std::vector<Vault> vaults_of(const json::object& root) {
    std::vector<Vault> vaults;
    each_object(root, "accounts", [&](const json::object& account) {
        each_object(account, "vaults", [&](const json::object& vault) {
            const json::value* const items = member(vault, "items");
            if (items == nullptr || !items->is_array()) return;
            const json::object* const about = object_member(vault, "attrs");
            vaults.push_back({about != nullptr ? text_member(*about, "name") : std::string_view(),
                              &items->get_array()});
        });
    });
    return vaults;
}

}  // namespace

core::Result<void> read_1pux_archive(const ZipArchive& archive, const ImportSink& sink,
                                     ImportNotes& notes) {
    const auto data = archive.file("export.data");
    const auto refused = [] {
        return core::unexpected(core::ErrorCode::usage, "this is not a 1PUX export of 1Password",
                                "in 1Password choose the format 1PUX when you export");
    };
    if (!data) return refused();
    SPAREKEY_TRY(const JsonDocument document, JsonDocument::parse(core::text_of(*data)));
    const json::object* const root = document.root().if_object();
    if (root == nullptr || member(*root, "accounts") == nullptr) return refused();
    const std::vector<Vault> vaults = vaults_of(*root);
    std::size_t total = 0, count = 0;
    ZipAttachments attachments;
    for (const Vault& vault : vaults) total += vault.items->size();
    for (const Vault& vault : vaults) {
        for (const json::value& one : *vault.items) {
            const std::string where = "item " + std::to_string(++count);
            notes.advance(count, total);
            if (!one.is_object()) {
                return core::unexpected(core::ErrorCode::usage, where + " is not an object");
            }
            // The name of the only vault says nothing.
            const std::string_view name = vaults.size() > 1 ? vault.name : std::string_view();
            SPAREKEY_CHECK(
                read_item(one.get_object(), where, name, archive, attachments, sink, notes));
        }
    }
    attachments.note_unclaimed(archive, {"export.data", "export.attributes"}, notes);
    return {};
}

core::Result<void> read_1pux(core::SecretBytes& file, const ImportSink& sink, ImportNotes& notes) {
    SPAREKEY_TRY(const ZipArchive archive, ZipArchive::open(file.expose()));
    file = core::SecretBytes();  // once is enough
    return read_1pux_archive(archive, sink, notes);
}

}  // namespace sparekey::cli
