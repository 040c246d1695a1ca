#include "cli/picture/page_parts.h"

namespace sparekey::cli {

std::string_view page_style() {
    return R"css(
:root{color-scheme:light dark;--ground:#f6f5f2;--card:#fff;--text:#1d1c1a;--soft:#5d5a54;--line:#d9d5cc;--key:#0b5d4e;--no:#9b1c1c;--warn:#7a4b00}
@media (prefers-color-scheme:dark){:root{--ground:#161614;--card:#201f1d;--text:#ecebe7;--soft:#aaa69d;--line:#3a3833;--key:#5fc9b0;--no:#f08a80;--warn:#e3b15c}}
*{box-sizing:border-box}
body{margin:0;background:var(--card);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,main{max-width:90rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .35rem}
h2{font-size:1.2rem;margin:2.5rem 0 .75rem}
h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:.4rem 0}
.soft,dt,th{color:var(--soft)}
.no{color:var(--no)}.warn{color:var(--warn)}.key-colour{color:var(--key)}
.figures{display:flex;flex-wrap:wrap;gap:.75rem;list-style:none;margin:1.25rem 0;padding:0}
.figures li{border:1px solid var(--line);border-radius:.75rem;padding:.5rem 1rem;min-width:7.5rem}
.figures b{display:block;font-size:1.5rem;line-height:1.2}
.figures span{font-size:.875rem;color:var(--soft)}
.stage{display:grid;grid-template-columns:minmax(0,1fr) 19rem;gap:1.25rem;align-items:start}
.frame{overflow:auto;border-radius:14px;border:1px solid var(--line);background:var(--ground);max-height:85vh}
.frame svg{display:block;margin:0 auto}
.frame svg:not(.small){max-width:100%;height:auto}
.frame svg.medium{min-width:44rem}.frame svg.wide{min-width:60rem}.frame svg.very-wide{min-width:78rem}
.panel{position:sticky;top:1rem;border:1px solid var(--line);border-radius:14px;padding:1rem 1.25rem;max-height:85vh;overflow:auto}
.panel[hidden]{display:none}
kbd{font:inherit;font-size:.85em;border:1px solid var(--line);border-bottom-width:2px;border-radius:.3rem;padding:0 .35rem}
code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.9em;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;table-layout:fixed}
th:first-child{width:22rem}
th,td{text-align:left;vertical-align:baseline;padding:.5rem 1rem .5rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:.3rem 1rem;margin:.5rem 0 0}
dd{margin:0;overflow-wrap:anywhere}
.panel dl{grid-template-columns:1fr;gap:.1rem}.panel dd{margin-bottom:.5rem}
.boxes{columns:24rem;column-gap:1rem}
.box-text{break-inside:avoid;margin:0 0 1rem;border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.25rem}
.box-text:target{border-color:var(--key);outline:2px solid var(--key)}
.state{font-weight:600;margin:.1rem 0}
ul,ol{margin:.25rem 0;padding-left:1.25rem}
li{margin:.15rem 0}
a{color:var(--key)}
:focus-visible{outline:3px solid var(--key);outline-offset:2px}
footer{margin:2.5rem 0;font-size:.875rem;color:var(--soft)}
.stage:has(.very-wide){grid-template-columns:minmax(0,1fr)}.stage:has(.very-wide) .panel{bottom:1rem;max-height:45vh;background:var(--card)}
.stage:has(.very-wide) .panel dl{grid-template-columns:8.5rem minmax(0,1fr);gap:.1rem 1rem}.stage:has(.very-wide) .panel dd{margin:0}
@media (max-width:84rem){.stage:has(.wide){grid-template-columns:minmax(0,1fr)}.stage:has(.wide) .panel{position:static;max-height:none}}
@media (max-width:68rem){.stage{grid-template-columns:minmax(0,1fr)}.panel{position:static;max-height:none}}
@media (max-width:40rem){th:first-child{width:50%}}
@media (max-width:30rem){header,main{padding:0 1rem}dl{grid-template-columns:1fr}}
@media print{.frame{overflow:visible;max-height:none}.panel{display:none}.stage{display:block}}
)css";
}

}  // namespace sparekey::cli
