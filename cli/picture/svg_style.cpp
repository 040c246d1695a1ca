// Colours are written out, light and then dark: not every reader of SVG knows variables. Text has a
// contrast of 4.5 at least in both, and what tells boxes apart 3 (WCAG 2.2).
#include "cli/picture/svg.h"

namespace sparekey::cli {

std::string_view svg_style() {
    return R"css(
.picture{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.ground,.seat{fill:#f6f5f2}
.face{fill:#fff;stroke:#85807a;stroke-width:1.25}
.name{font-size:13.5px;font-weight:600;fill:#1d1c1a}
.detail,.key{font-size:12px;fill:#5d5a54}
.heading{font-size:12px;font-weight:600;fill:#5d5a54}
.icon{fill:none;stroke:#5d5a54;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.line{fill:none;stroke:#85807a;stroke-width:1.75}
.head{fill:#85807a;stroke:none}
.recovery .line{stroke-dasharray:7 4}
.factor .line{stroke-dasharray:1.5 5;stroke-width:2.5;stroke-linecap:round}
.holds .line{stroke-width:1.25}
.holds .ring{fill:#f6f5f2;stroke:#85807a;stroke-width:1.5}
.badge{fill:none;stroke:#0b5d4e;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.single-point .face{fill:#fdeeec;stroke:#9b1c1c;stroke-width:3}
.single-point .badge{fill:#9b1c1c;stroke:#9b1c1c}
.single-point .detail{fill:#9b1c1c;font-weight:600}
.single-point .icon{stroke:#9b1c1c}
.mark{fill:none;stroke:#fff;stroke-width:2;stroke-linecap:round}
.endangered .face{fill:#fdf4e3;stroke:#7a4b00;stroke-width:2}
.endangered .badge{fill:#7a4b00;stroke:#7a4b00}
.endangered .detail{fill:#7a4b00}
.weak .face{stroke:#7a4b00;stroke-dasharray:6 4}
.weak .badge{stroke:#7a4b00}
.closed .face{fill:#f6f5f2;stroke-dasharray:2 4;stroke-width:1.75}
.closed .badge{stroke:#5d5a54}
.danger .line{stroke:#9b1c1c;stroke-width:2.5}
.danger .head{fill:#9b1c1c}
.tag{display:none;font-size:11px;font-weight:700}
.tag rect{fill:#9b1c1c}
.tag text{fill:#fff}
.tag.risk rect{fill:#7a4b00}
.focus{fill:none;stroke:none}
a.box{cursor:pointer;text-decoration:none;outline:none}
a.box:hover .face{stroke-width:3}
a.box:focus-visible .focus{stroke:#0b5d4e;stroke-width:3}
.is-chosen .focus{stroke:#0b5d4e;stroke-width:3}
.has-choice .edge[data-from]{opacity:.28}
.has-choice .edge.is-lit{opacity:1}
.is-lost .tag.lost,.is-risk .tag.risk{display:inline}
.is-lost .face{stroke:#9b1c1c;stroke-width:3}
@media (prefers-color-scheme:dark){
.ground,.seat{fill:#161614}
.face{fill:#201f1d;stroke:#8b877f}
.name{fill:#ecebe7}
.detail,.key,.heading{fill:#aaa69d}
.icon{stroke:#aaa69d}
.line{stroke:#8b877f}
.head{fill:#8b877f}
.holds .ring{fill:#161614;stroke:#8b877f}
.badge{stroke:#5fc9b0}
.single-point .face{fill:#34201d;stroke:#f08a80}
.single-point .badge{fill:#f08a80;stroke:#f08a80}
.single-point .detail{fill:#f08a80}
.single-point .icon{stroke:#f08a80}
.mark{stroke:#161614}
.endangered .face{fill:#2c2415;stroke:#e3b15c}
.endangered .badge{fill:#e3b15c;stroke:#e3b15c}
.endangered .detail{fill:#e3b15c}
.weak .face{stroke:#e3b15c}
.weak .badge{stroke:#e3b15c}
.closed .face{fill:#161614}
.closed .badge{stroke:#aaa69d}
.danger .line{stroke:#f08a80}
.danger .head{fill:#f08a80}
.tag rect{fill:#f08a80}
.tag text{fill:#161614}
.tag.risk rect{fill:#e3b15c}
a.box:focus-visible .focus,.is-chosen .focus{stroke:#5fc9b0}
.is-lost .face{stroke:#f08a80}
}
)css";
}

}  // namespace sparekey::cli
