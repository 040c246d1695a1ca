// The files that `coverage` draws: --html, --svg, --dot. All are new, 0600, and there as a whole or
// not at all.
#pragma once

#include "cli/session.h"
#include "core/lockout/coverage.h"
#include "storage/folder/new_file.h"

namespace sparekey::cli {

class CoveragePictures {
  public:
    struct Content {
        const core::Graph& graph;
        const core::Coverage& coverage;
        std::optional<std::uint64_t> kit_proved;
    };

    /// Those that the options name. ErrorCode::conflict if one of the files exists.
    static core::Result<CoveragePictures> create(const Arguments& arguments);
    /// Draws and keeps them; nothing without such an option.
    core::Result<void> write(Session& session, const Content& content);

  private:
    enum class Form : std::uint8_t { html, svg, dot };
    struct Picture {
        Form form;
        std::string path;
        storage::NewFile file;
    };
    std::vector<Picture> pictures_;
};

}  // namespace sparekey::cli
