#include "cli/picture/page.h"

#include "cli/commands/lockout.h"
#include "cli/counted.h"
#include "cli/formats/time_text.h"
#include "cli/picture/page_parts.h"
#include "cli/picture/svg.h"
#include "core/crypto/hash.h"

namespace sparekey::cli {
namespace {

std::string source(std::string_view content) {
    return "'sha256-" + core::to_base64(core::sha256(core::bytes_of(content))) + "'";
}

/// Two styles and one script, each by its hash, and nothing else: whatever a title might be, it
/// neither runs nor loads anything.
std::string head() {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " +
           source(page_style()) + " " + source(svg_style()) + "; script-src " +
           source(page_script()) +
           "; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<title>What do I lose if I lose this login?</title>\n<style>" +
           std::string(page_style()) + "</style>\n</head>\n<body>\n";
}

std::string figure(std::size_t count, std::string_view tone, std::string_view what) {
    return "<li><b class=\"" + std::string(count > 0 ? tone : "key-colour") + "\">" +
           std::to_string(count) + "</b><span>" + std::string(what) + "</span></li>";
}

std::string summary(const PageContent& content) {
    const core::Coverage& coverage = content.coverage;
    std::size_t endangered = 0, weak = 0, safe = 0;
    for (const core::Drawing::Box& box : content.drawing.boxes) {
        if (!content.graph.is_item(box.nodes.front())) continue;
        if (box.state == core::Drawing::State::endangered) endangered += box.nodes.size();
        if (box.state == core::Drawing::State::weak) weak += box.nodes.size();
        if (box.state == core::Drawing::State::safe) safe += box.nodes.size();
    }
    return "<ul class=\"figures\">" +
           figure(coverage.single_points.size(), "no",
                  coverage.single_points.size() == 1 ? "single point of failure"
                                                     : "single points of failure") +
           figure(endangered, "warn",
                  endangered == 1 ? "item that one loss takes" : "items that one loss takes") +
           (weak == 0 ? "" : figure(weak, "warn", "weak as it is")) +
           figure(coverage.no_way_in.size(), "warn", "without a way in") +
           figure(safe, "key-colour", "safe") +
           figure(coverage.spare_keys.add.size(), "warn",
                  coverage.spare_keys.add.size() == 1 ? "spare key would end it"
                                                      : "spare keys would end it") +
           "</ul>\n";
}

std::string verdict(std::size_t points) {
    if (points == 0) return "No single loss locks you out of anything else.";
    return "There " + std::string(points == 1 ? "is " : "are ") + counted(points, "login") +
           (points == 1 ? " or device that takes something else along."
                        : " or devices that each take something else along.");
}

std::string header(const PageContent& content) {
    return "<header><h1>What do I lose if I lose this login?</h1>\n<p class=\"soft\">" +
           verdict(content.coverage.single_points.size()) + " As of " +
           format_time(content.made_ms).substr(0, 10) + ".</p>\n" + summary(content) +
           "</header>\n";
}

constexpr std::string_view kPanel =
    "<aside class=\"panel\" aria-live=\"polite\" aria-label=\"The chosen box\" hidden>"
    "<p><b>Choose a box</b> to see what is lost with it.</p>"
    "<p class=\"soft\"><kbd>Tab</kbd> or a click chooses, <kbd>←</kbd> <kbd>↑</kbd> <kbd>↓</kbd> "
    "<kbd>→</kbd> go on from there, <kbd>Esc</kbd> lets go.</p></aside>";

/// Of a picture that would be too large to be read.
std::string left_out(std::size_t points) {
    if (points == 0) return {};
    return "<p class=\"soft\">The picture has those whose loss takes the most. " +
           counted(points, "login") + (points == 1 ? " or device is" : " or devices are") +
           " left out of it, and named below.</p>\n";
}

}  // namespace

std::string page_text(const PageContent& content) {
    std::string page = head() + header(content) + "<main>\n" +
                       left_out(content.drawing.points_left_out) +
                       "<div class=\"stage\">\n<div class=\"frame\">\n";
    page += svg_text(content.graph, content.drawing, content.layout, Boxes::are_links);
    page += "</div>\n";
    page += kPanel;
    page += "\n</div>\n" + answer_text(content) + box_sections(content);
    page +=
        "<footer>Made by <code>sparekey coverage --html</code>. It names your accounts and holds "
        "no "
        "password; delete it when you have read it.</footer>\n</main>\n<script>";
    page += page_script();
    return page + "</script>\n</body>\n</html>\n";
}

}  // namespace sparekey::cli
