#include "cli/picture/icons.h"

namespace sparekey::cli {

using core::Drawing;

std::string_view icon_of(const Drawing::Box& box) {
    if (box.nodes.size() > 1) {
        return R"(<rect x="3" y="8" width="13" height="12" rx="2"/><path d="M7 4.5h11.5a2 2 0 0 1 2 2V17"/>)";
    }
    switch (box.kind) {
        case Drawing::Kind::account:
            return R"(<circle cx="8" cy="12" r="4.5"/><path d="M12.5 12H21v3.5M17.5 12v3"/>)";
        case Drawing::Kind::kept:
            return R"(<path d="M6 3h9l4 4v14H6zM15 3v4h4M9.5 12h6M9.5 16h6"/>)";
        case Drawing::Kind::mailbox:
            return R"(<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="M3.5 7l8.5 6.5L20.5 7"/>)";
        case Drawing::Kind::phone:
            return R"(<path d="M7 3.5c-2 .5-3 2-2.5 4.5 1 6 5.5 10.5 11.5 11.5 2.5.5 4-.5 4.5-2.5l-4.5-3-2.5 2c-2.5-1-4.5-3-5.5-5.5l2-2.5z"/>)";
        case Drawing::Kind::device:
            return R"(<rect x="7" y="2.5" width="10" height="19" rx="2"/><path d="M11 18.5h2"/>)";
        case Drawing::Kind::identity:
            break;
    }
    return R"(<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.5-4.5 3.5-6.5 7.5-6.5s7 2 7.5 6.5"/>)";
}

std::string_view badge_of(Drawing::State state) {
    switch (state) {
        case Drawing::State::single_point:
            return R"(<path d="M8 1L15.5 14.5H.5z"/><path class="mark" d="M8 6v4M8 12.4v.1"/>)";
        case Drawing::State::endangered:
            return R"(<path d="M8 .5L15.5 8 8 15.5.5 8z"/><path class="mark" d="M8 4.5v4M8 11.4v.1"/>)";
        case Drawing::State::weak:
            return R"(<circle cx="8" cy="8" r="6.5"/><path d="M5 8h6"/>)";
        case Drawing::State::closed:
            return R"(<path d="M2.5 2.5l11 11M13.5 2.5l-11 11"/>)";
        case Drawing::State::safe:
            break;
    }
    return R"(<path d="M2 8.5l4 4.5 8-10"/>)";
}

std::string_view class_of(Drawing::State state) {
    switch (state) {
        case Drawing::State::single_point:
            return "single-point";
        case Drawing::State::endangered:
            return "endangered";
        case Drawing::State::weak:
            return "weak";
        case Drawing::State::closed:
            return "closed";
        case Drawing::State::safe:
            break;
    }
    return "safe";
}

}  // namespace sparekey::cli
