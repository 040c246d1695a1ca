#include "cli/paper_page.h"

#include "cli/libexec.h"
#include "storage/folder/new_file.h"

namespace sparekey::cli {
namespace {

constexpr std::string_view kHead = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>)html";

constexpr std::string_view kStyle = R"html(</title>
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
.sheet + .sheet { break-before: page; margin-top: 4em; }
li { margin: .25em 0; }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: 10pt; }
small { color: #333; }
@media print { body { margin: 0; max-width: none; padding: 0; } .sheet + .sheet { margin-top: 0; } }
</style>
</head>
<body>
)html";

}  // namespace

PaperPage::PaperPage(std::string_view title) {
    html(kHead).text(title).html(kStyle);
}

PaperPage& PaperPage::html(std::string_view markup) {
    page_.append(markup);
    return *this;
}

PaperPage& PaperPage::text(std::string_view plain) {
    for (const char c : plain) {
        if (c == '<') {
            page_.append("&lt;");
        } else if (c == '&') {
            page_.append("&amp;");
        } else if (c == '"') {
            page_.append("&quot;");
        } else {
            page_.append(c);
        }
    }
    return *this;
}

core::Result<void> PaperPage::code(std::string_view heading, std::string_view code) {
    SPAREKEY_TRY(const core::SecretText picture, run_helper("sparekey-qr", {"--svg"}, code));
    html("<div class=\"pair\"><div><h2>").text(heading).html("</h2><div class=\"code\">");
    text(code).html("</div></div><div>").html(picture.expose()).html("</div></div>\n");
    return {};
}

core::Result<void> PaperPage::write(const std::string& path) && {
    html("</body>\n</html>\n");
    SPAREKEY_TRY(storage::NewFile file, storage::NewFile::create(path));
    file.write(page_.expose());
    return file.keep();
}

}  // namespace sparekey::cli
