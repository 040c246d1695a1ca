#include "cli/formats/import.h"
#include "cli/manual/pages.h"
#include "cli/manual/roff.h"

namespace sparekey::cli::manual {
namespace {

constexpr std::string_view kItem =
    "{ \"id\": \"26 characters\", \"type\": \"login\", \"title\": \"GitHub\",\n"
    "  \"username\": \"alice\", \"password\": \"…\", \"totp\": \"otpauth://… or base32\",\n"
    "  \"urls\": [\"https://github.com/login\"], \"notes\": \"\", \"tags\": [\"work\"],\n"
    "  \"fields\": [{\"name\": \"pin\", \"value\": \"1234\", \"secret\": true}],\n"
    "  \"sign_in_with\": [\"google:alice@gmail.com\"],\n"
    "  \"recovers_via\": [\"email:alice@gmail.com\"],\n"
    "  \"recovery_codes\": [\"…\"], \"favorite\": false,\n"
    "  \"created\": \"RFC 3339\", \"modified\": \"RFC 3339\", \"revision\": 3,\n"
    "  \"deleted\": false, \"conflicts\": 0 }";

void write_item_section(Roff& page) {
    std::string types;
    for (const std::string_view type : core::type_names()) {
        types += (types.empty() ? "" : ", ") + std::string(type);
    }
    page.section("ITEMS AS JSON")
        .paragraph(
            "What add --stdin and edit --stdin take and get --json gives. All but the title may\n"
            "be left out. An unknown key is an error. id, created, modified, revision, deleted "
            "and\n"
            "conflicts are ignored on the way in. For edit, null or \"\" clears, and only the "
            "keys\n"
            "given are changed.")
        .example(kItem)
        .paragraph("The types are " + types + ".")
        .paragraph(
            "Text is UTF-8 without NUL: at most 64 KiB a value, 1,000 fields and 192 KiB an item.\n"
            "Anything longer is an attachment.");
}

}  // namespace

std::string formats_page() {
    Roff page("sparekey-formats", 5, "what sparekey imports, exports and keeps");
    page.section("DESCRIPTION")
        .paragraph(
            "An import is all or nothing. The same file again changes nothing, a changed row\n"
            "changes what changed in it, and what was destroyed stays destroyed until it changes\n"
            "there. Where a format has times, what is older there than here stays as it is here.\n"
            "What has no place of its own goes into custom fields; what is left out is listed.");
    page.section("IMPORT FORMATS");
    for (const ImportFormat& format : import_formats()) {
        page.entry(format.name, "", std::string(format.about) + ".");
    }
    page.section("EXPORT FORMAT")
        .paragraph("sparekey export writes json, which import json takes in again: one object.")
        .example(
            "{ \"sparekey_export\": 1, \"exported\": \"RFC 3339\", \"items\": [ … ] }\n"
            "\n"
            "each item as below, with\n"
            "  \"history\": [{\"field\", \"value\", \"at\", …}],\n"
            "  \"attachments\": [{\"name\", \"size\", \"sha256\", \"data\": \"base64\"}]")
        .paragraph("The trash is in it, with \"deleted\": true. Nothing of it is encrypted.");
    write_item_section(page);
    page.section("A VAULT'S OWN FILES")
        .entry("vault.db", "", "an SQLCipher database of records that are sealed one by one.")
        .entry("keyslots", "", "who can open the vault: passwords, recovery codes, key files.")
        .entry("head", "", "in the state folder: the vault's last known state.")
        .paragraph(
            "A backup holds the first two as they are, with a checksum. The bytes of all of them\n"
            "are described in docs/FORMAT.md of the sources.");
    page.section("SEE ALSO").reference("sparekey", 1, true);
    return page.text();
}

}  // namespace sparekey::cli::manual
