#include "cli/kit_page.h"

#include "cli/formats/time_text.h"
#include "cli/libexec.h"
#include "core/vault/paper_code.h"
#include "storage/folder/new_file.h"

#include <unistd.h>

namespace sparekey::cli {
namespace {

constexpr std::string_view kHead = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sparekey Emergency Kit</title>
<style>
@page { margin: 18mm; }
body { font: 11pt/1.45 "DejaVu Sans", Helvetica, Arial, sans-serif; color: #000; background: #fff;
       max-width: 42em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 20pt; margin: 0 0 .2em; }
h2 { font-size: 12pt; margin: 1.4em 0 .3em; }
.code { font: bold 13pt/1.5 "DejaVu Sans Mono", Consolas, monospace; border: 1.5pt solid #000;
        padding: .5em .8em; overflow-wrap: anywhere; }
.pair { display: flex; gap: 1.2em; align-items: center; break-inside: avoid; }
.pair > div:first-child { flex: 1; }
.pair svg { width: 33mm; height: 33mm; display: block; }
.line { border-bottom: 1pt solid #000; height: 1.8em; }
li { margin: .25em 0; }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: 10pt; }
small { color: #333; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
</style>
</head>
<body>
)html";

constexpr std::string_view kSteps = R"html(<h2>When you need it</h2>
<ol>
<li><b>You forgot the master password, and still have the device:</b> type the recovery code into a
file that only you can read and run <code>sparekey passwd --recovery-file FILE</code>, which sets a
new password. Then destroy the file.</li>
<li><b>You lost the device:</b> restore a backup on a new one
(<code>sparekey restore-vault BACKUP</code>); the master password, or this recovery code, opens
it.</li>
<li><b>You want to know that this paper works:</b> run <code>sparekey kit drill</code>.</li>
</ol>
<h2>Where to keep it</h2>
<p>Where you keep your passport: on paper, not in a mailbox, a photo library or a cloud folder.
<b>Whoever holds the recovery code and your vault's files can read everything in it.</b></p>
<h2>A hint to your master password (never the password itself)</h2>
<div class="line"></div>
)html";

void append_html(core::SecretBuilder& page, std::string_view text) {
    for (const char c : text) {
        if (c == '<') {
            page.append("&lt;");
        } else if (c == '&') {
            page.append("&amp;");
        } else if (c == '"') {
            page.append("&quot;");
        } else {
            page.append(c);
        }
    }
}

core::Result<void> append_code(core::SecretBuilder& page, std::string_view heading,
                               std::string_view code) {
    SPAREKEY_TRY(const core::SecretText picture, run_helper("sparekey-qr", {"--svg"}, code));
    page.append("<div class=\"pair\"><div><h2>");
    page.append(heading);
    page.append("</h2><div class=\"code\">");
    append_html(page, code);
    page.append("</div></div><div>");
    page.append(picture.expose());
    page.append("</div></div>\n");
    return {};
}

}  // namespace

KitContent kit_content(const std::string& vault_name, const core::VaultId& vault,
                       core::ByteView secret_key, core::ByteView recovery_code,
                       std::uint64_t made_ms) {
    return {vault_name, vault, core::paper_code(core::PaperKind::secret_key, vault, secret_key),
            core::paper_code(core::PaperKind::recovery_code, vault, recovery_code), made_ms};
}

core::Result<void> write_kit_page(const KitContent& kit, const std::string& path) {
    core::SecretBuilder page;
    page.append(kHead);
    page.append("<h1>Sparekey Emergency Kit</h1>\n<p>The spare key to the vault <b>");
    append_html(page, kit.vault_name);
    page.append("</b>, made on ");
    page.append(format_time(kit.made_ms).substr(0, 10));
    page.append(".<br><small>Vault id: <code>");
    page.append(kit.vault.text());
    page.append("</code></small></p>\n");
    SPAREKEY_CHECK(append_code(page, "Secret Key", kit.secret_key.expose()));
    SPAREKEY_CHECK(append_code(page, "Recovery code", kit.recovery_code.expose()));
    page.append(kSteps);
    page.append("</body>\n</html>\n");
    SPAREKEY_TRY(storage::NewFile file, storage::NewFile::create(path));
    file.write(page.expose());
    return file.keep();
}

core::SecretText kit_text(const KitContent& kit) {
    core::SecretBuilder text;
    text.append("Emergency Kit of the vault ");
    text.append(kit.vault_name);
    text.append("\n\n  vault id       ");
    text.append(kit.vault.text());
    text.append("\n  Secret Key     ");
    text.append(kit.secret_key.expose());
    text.append("\n  recovery code  ");
    text.append(kit.recovery_code.expose());
    text.append(
        "\n\nWrite these down, or print them (sparekey kit FILE makes a page), and keep them "
        "off this\ncomputer: the recovery code opens the vault without the master password.");
    return core::SecretText(std::move(text).take());
}

}  // namespace sparekey::cli
