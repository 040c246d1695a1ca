// Whose turn it is to clear one clipboard: the process of the last copy.
//
// A file in $XDG_RUNTIME_DIR/sparekey (or /tmp/sparekey-UID), one a clipboard, holds the random
// name of that process. An older one sees that the file changed and goes; nobody signals anybody.
// Without such a file (the folder is not ours, say) each process clears on its own, which is
// harmless: it clears only what it finds unchanged.
#pragma once

#include "core/ports/random.h"
#include "storage/folder/files.h"

#include <string>

namespace sparekey::cli::clipboard {

class Turn {
  public:
    /// Takes it from whoever has it. `clipboard` is its identity().
    static Turn take(const std::string& clipboard, core::Random& random);

    bool is_ours() const;
    /// Readable when that may have changed; -1 if nobody would tell.
    int changes() const { return changes_.descriptor(); }

  private:
    storage::File file_;
    storage::File changes_;
    std::string name_;
};

}  // namespace sparekey::cli::clipboard
