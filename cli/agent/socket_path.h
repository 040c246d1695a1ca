// A path by which a socket can be bound or connected to, however long its folder's is: an address
// has room for 107 bytes, and a folder that is open has a short name below /proc/self/fd.
#pragma once

#include "storage/folder/files.h"

#include <string>

namespace sparekey::cli::agent {

class SocketPath {
  public:
    explicit SocketPath(const std::string& path);

    /// Means the socket for as long as this lives.
    const std::string& text() const { return text_; }

  private:
    storage::File folder_;  // not open where the path is short enough
    std::string text_;
};

}  // namespace sparekey::cli::agent
