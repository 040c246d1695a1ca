#include "cli/share_page.h"

#include "cli/formats/time_text.h"
#include "cli/paper_page.h"

namespace sparekey::cli {
namespace {

constexpr std::string_view kShareSteps = R"html(<h2>If you were given this</h2>
<p>Someone trusts you with a part of the spare key to their passwords. By itself this paper opens
nothing and says nothing. Keep it where you keep your passport; do not photograph it, and do not
keep it with another share. Give it back only to them, in person, or to those they named for the
day they cannot ask themselves.</p>
<h2>When the shares come together</h2>
<ol>
<li>On a device of theirs with Sparekey, run <code>sparekey kit combine</code> and type one share
after the other. It prints the recovery code, and names a share that is wrong.</li>
<li>Where the vault is, or a restored backup of it, <code>sparekey passwd --recovery-file FILE</code>,
with the code as FILE's first line, sets a new master password. Then destroy FILE.</li>
<li>Where it is not, <code>sparekey login URL --recovery --account ID --recovery-file FILE</code> fetches
it from the server; URL is their server's, ID the vault id above.</li>
</ol>
)html";

core::Result<void> append_sheet(PaperPage& page, const ShareSheets& about,
                                const core::KitShare& share, std::size_t count) {
    const std::string number = std::to_string(share.share.number);
    page.html("<section class=\"sheet\">\n<h1>Share ")
        .text(number + " of " + std::to_string(count))
        .html("</h1>\n<p>of the spare key to the vault <b>")
        .text(about.vault_name)
        .html("</b>. Any <b>")
        .text(std::to_string(share.threshold))
        .html("</b> of the ")
        .text(std::to_string(count))
        .html(" open it; fewer say nothing.<br><small>Set <code>")
        .text(core::kit_set_name(share))
        .html("</code>, made on ")
        .text(format_time(about.made_ms).substr(0, 10))
        .html(". Vault id: <code>")
        .text(about.vault.text())
        .html("</code></small></p>\n");
    const core::SecretText code = core::kit_share_text(share);
    SPAREKEY_CHECK(page.code("Share " + number, code.expose()));
    page.html(kShareSteps).html("</section>\n");
    return {};
}

}  // namespace

core::Result<void> write_share_page(const ShareSheets& about,
                                    const std::vector<core::KitShare>& shares,
                                    const std::string& path) {
    PaperPage page("Shares of a Sparekey Emergency Kit");
    for (const core::KitShare& share : shares) {
        SPAREKEY_CHECK(append_sheet(page, about, share, shares.size()));
    }
    return std::move(page).write(path);
}

}  // namespace sparekey::cli
