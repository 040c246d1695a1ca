#include "cli/commands/coverage_pictures.h"

#include "cli/picture/dot.h"
#include "cli/picture/page.h"
#include "cli/picture/svg.h"

#include <algorithm>
#include <set>
#include <string>

namespace sparekey::cli {

core::Result<CoveragePictures> CoveragePictures::create(const Arguments& arguments) {
    struct Option {
        std::string_view name;
        Form form;
    };
    std::set<std::string> paths;
    for (const std::string_view option : {"--html", "--svg", "--dot"}) {
        const auto path = arguments.value(option);
        if (path && !paths.insert(*path).second) {
            return core::unexpected(core::ErrorCode::usage, "two pictures cannot be one file",
                                    "give each a name of its own");
        }
    }
    CoveragePictures pictures;
    for (const Option& option :
         {Option{"--html", Form::html}, Option{"--svg", Form::svg}, Option{"--dot", Form::dot}}) {
        const auto path = arguments.value(option.name);
        if (!path) continue;
        SPAREKEY_TRY(storage::NewFile file, storage::NewFile::create(*path));
        pictures.pictures_.push_back({option.form, *path, std::move(file)});
    }
    return pictures;
}

core::Result<void> CoveragePictures::write(Session& session, const Content& content) {
    if (pictures_.empty()) return {};
    const core::Drawing drawing = core::draw(content.graph);
    const bool is_placed = std::any_of(pictures_.begin(), pictures_.end(),
                                       [](const Picture& one) { return one.form != Form::dot; });
    Layout layout;
    if (is_placed) {
        SPAREKEY_TRY(layout, arrange(drawing));
    }
    const auto text = [&](Form form) {
        if (form == Form::dot) return dot_text(content.graph, drawing);
        if (form == Form::svg) return svg_text(content.graph, drawing, layout, Boxes::alone);
        return page_text({content.graph, content.coverage, drawing, layout, content.kit_proved,
                          session.clock().now_ms()});
    };
    for (Picture& picture : pictures_) {
        picture.file.write(core::bytes_of(text(picture.form)));
        SPAREKEY_CHECK(picture.file.keep());
        session.out().note("the picture is in " + picture.path +
                           "; it names your accounts, but no password");
    }
    return {};
}

}  // namespace sparekey::cli
