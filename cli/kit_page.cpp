#include "cli/kit_page.h"

#include "cli/formats/time_text.h"
#include "cli/paper_page.h"
#include "core/vault/paper_code.h"

namespace sparekey::cli {
namespace {

constexpr std::string_view kKitSteps = R"html(<h2>When you need it</h2>
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

}  // namespace

KitContent kit_content(const std::string& vault_name, const core::VaultId& vault,
                       core::ByteView secret_key, core::ByteView recovery_code,
                       std::uint64_t made_ms) {
    return {vault_name, vault, core::paper_code(core::PaperKind::secret_key, vault, secret_key),
            core::paper_code(core::PaperKind::recovery_code, vault, recovery_code), made_ms};
}

core::Result<void> write_kit_page(const KitContent& kit, const std::string& path) {
    PaperPage page("Sparekey Emergency Kit");
    page.html("<h1>Sparekey Emergency Kit</h1>\n<p>The spare key to the vault <b>")
        .text(kit.vault_name)
        .html("</b>, made on ")
        .text(format_time(kit.made_ms).substr(0, 10))
        .html(".<br><small>Vault id: <code>")
        .text(kit.vault.text())
        .html("</code></small></p>\n");
    SPAREKEY_CHECK(page.code("Secret Key", kit.secret_key.expose()));
    SPAREKEY_CHECK(page.code("Recovery code", kit.recovery_code.expose()));
    page.html(kKitSteps);
    return std::move(page).write(path);
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
