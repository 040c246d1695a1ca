#include "sync/server/pages/page.h"

#include "core/crypto/hash.h"
#include "core/text/unicode.h"

namespace sparekey::sync {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ground:#f6f5f2;--card:#fff;--text:#1d1c1a;--soft:#5d5a54;--line:#d9d5cc;--edge:#85807a;--key:#0b5d4e;--on-key:#fff;--no:#9b1c1c}
@media(prefers-color-scheme:dark){:root{--ground:#161614;--card:#201f1d;--text:#ecebe7;--soft:#aaa69d;--line:#3a3833;--edge:#8b877f;--key:#5fc9b0;--on-key:#0d1f1b;--no:#f08a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:8vh auto;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
h1{font-size:1.4rem;margin:0 0 1rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.5rem 0}.soft,dt{color:var(--soft)}
ul.choice{list-style:none;padding:0;margin:1.5rem 0 0}ul.choice li{margin:.5rem 0}
a{color:var(--key)}
.button,button{display:block;width:100%;padding:.7rem 1rem;border:1px solid var(--key);border-radius:.5rem;background:var(--key);color:var(--on-key);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button.plain{background:none;color:var(--key)}
button.quiet{background:none;color:var(--no);border-color:var(--no)}
.row{display:flex;gap:.75rem;margin-top:1.5rem}
.row button{flex:1}
form+p{margin-top:2rem}
:focus-visible{outline:3px solid var(--key);outline-offset:2px}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input{width:100%;padding:.6rem .75rem;border:1px solid var(--edge);border-radius:.5rem;background:var(--ground);color:var(--text);font:inherit}
input.code,.code{font-family:ui-monospace,monospace;letter-spacing:.1em;font-size:1.2rem;overflow-wrap:anywhere}
output.code{display:block;word-break:break-all}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem;margin:1rem 0}
dd{margin:0;overflow-wrap:anywhere}
main:has(table){max-width:50rem}
table{width:100%;border-collapse:collapse;font-size:.92rem}
th,td{text-align:left;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:baseline}
th{white-space:nowrap;color:var(--soft);font-weight:600}
td{overflow-wrap:anywhere}
td>time{white-space:nowrap}
td button{width:auto;padding:.25rem .75rem;overflow-wrap:normal}
.alarm{border-left:4px solid var(--no);padding-left:1rem}
@media(max-width:40rem){main{margin:0;min-height:100vh;border:0;border-radius:0;padding:1.25rem}.row{flex-direction:column}
thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
table,tbody,tr,td{display:block}tr{padding:.5rem 0;border-bottom:1px solid var(--line)}
td{border:0;padding:.15rem 0}td::before{content:attr(data-of);display:inline-block;min-width:6rem;color:var(--soft)}td[data-of=""]::before{display:none}}
)";

std::string style_source() {
    const core::Hash hash = core::sha256(core::bytes_of(kStyle));
    return "'sha256-" + core::to_base64(hash) + "'";
}

std::string security_policy(const std::string& form_target) {
    static const std::string style = style_source();
    std::string forms = "'self'";
    if (!form_target.empty()) forms += " " + form_target;
    return "default-src 'none'; style-src " + style + "; form-action " + forms +
           "; base-uri 'none'; frame-ancestors 'none'";
}

}  // namespace

Markup escape(std::string_view text) {
    std::string escaped;
    for (const char character : core::printable(text)) {
        switch (character) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += character;
        }
    }
    return Markup(std::move(escaped));
}

Response render(const Page& page) {
    Response response;
    response.status = page.status;
    response.content_type = "text/html; charset=utf-8";
    response.headers = {{"content-security-policy", security_policy(page.form_target)},
                        {"referrer-policy", "same-origin"},
                        {"x-frame-options", "DENY"},
                        {"cross-origin-opener-policy", "same-origin"},
                        {"cache-control", "no-store"}};
    response.body =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
        page.title.text() + " · Sparekey</title><style>" + std::string(kStyle) +
        "</style></head><body><main><h1>" + page.title.text() + "</h1>" + page.main.text() +
        "</main></body></html>\n";
    return response;
}

Response see_other(std::string location) {
    Response response;
    response.status = 303;
    response.headers = {{"location", std::move(location)},
                        {"referrer-policy", "same-origin"},
                        {"cache-control", "no-store"}};
    return response;
}

Markup token_field(std::string_view token) {
    return "<input type=\"hidden\" name=\"token\" value=\"" + escape(token) + "\">";
}

}  // namespace sparekey::sync
