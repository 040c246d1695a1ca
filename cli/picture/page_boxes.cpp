// The text of each box, which the page shows beside the picture when the box is chosen.
#include "cli/picture/icons.h"
#include "cli/picture/markup.h"
#include "cli/picture/page_parts.h"
#include "cli/picture/words.h"
#include "core/lockout/loss.h"

namespace sparekey::cli {
namespace {

using core::Drawing;

constexpr std::size_t kMostLines = 6;  // more are a paragraph

class BoxText {
  public:
    BoxText(const core::Graph& graph, const core::Standing& standing)
        : graph_(graph), standing_(standing) {}

    std::string of(const Drawing::Box& box, std::size_t number) const {
        std::string text = "<section class=\"box-text\" id=\"b" + std::to_string(number) +
                           "\"><h3>" + escaped(heading(box)) + "</h3><p class=\"state " +
                           std::string(tone(box.state)) + "\">" +
                           std::string(state_word(box.state)) + "</p><dl>";
        if (graph_.is_item(box.nodes.front())) {
            add_item(text, box);
        } else {
            add_channel(text, graph_.channel(box.nodes.front()));
        }
        add(text, "losing it loses", box.lost);
        add(text, "and puts at risk", box.at_risk);
        return text + "</dl></section>\n";
    }

  private:
    /// With its kind: "google:alice@gmail.com".
    std::string heading(const Drawing::Box& box) const {
        return box.nodes.size() > 1 ? box_title(graph_, box) : graph_.name(box.nodes.front());
    }

    static std::string_view tone(Drawing::State state) {
        switch (state) {
            case Drawing::State::single_point:
                return "no";
            case Drawing::State::endangered:
            case Drawing::State::weak:
                return "warn";
            case Drawing::State::closed:
                return "soft";
            case Drawing::State::safe:
                break;
        }
        return "key-colour";
    }

    void add(std::string& text, std::string_view term, const std::vector<core::Node>& nodes) const {
        std::vector<std::string> names;
        for (const core::Node node : nodes) names.push_back(graph_.name(node));
        add(text, term, names);
    }

    static void add(std::string& text, std::string_view term,
                    const std::vector<std::string>& entries) {
        if (entries.empty()) return;
        text += "<dt>" + std::string(term) + "</dt><dd>";
        const std::string between = entries.size() > kMostLines ? ", " : "<br>";
        for (std::size_t i = 0; i < entries.size(); ++i) {
            text += (i == 0 ? "" : between) + escaped(entries[i]);
        }
        text += "</dd>";
    }

    void add_item(std::string& text, const Drawing::Box& box) const {
        const core::Node item = box.nodes.front();
        if (box.nodes.size() > 1) add(text, "items", box.nodes);
        if (graph_.facts(item).is_account) {
            add(text, "ways in now", core::open_ways(graph_, item, standing_));
        } else {
            text += "<dt>kept</dt><dd>in the vault and nowhere else</dd>";
        }
        add(text, "one of these losses takes it", box.threats);
        add(text, "holds", graph_.links(item).holds);
    }

    void add_channel(std::string& text, const core::Channel& channel) const {
        add(text, "held by", channel.held_by);
        if (channel.held_by.empty()) text += "<dt>held by</dt><dd>nothing in this vault</dd>";
        add(text, "signs in to", channel.signs_in);
        add(text, "recovers", channel.recovers);
        add(text, "gives the code for", channel.second_factor_of);
    }

    const core::Graph& graph_;
    const core::Standing& standing_;
};

}  // namespace

std::string box_sections(const PageContent& content) {
    const core::Standing standing(content.graph, core::VaultIs::kept);
    const BoxText texts(content.graph, standing);
    std::string sections = "<h2 id=\"boxes\">Box by box</h2>\n<div class=\"boxes\">\n";
    for (std::size_t i = 0; i < content.drawing.boxes.size(); ++i) {
        sections += texts.of(content.drawing.boxes[i], i);
    }
    return sections + "</div>\n";
}

}  // namespace sparekey::cli
