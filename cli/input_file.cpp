#include "cli/input_file.h"

#include "storage/folder/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sparekey::cli {

core::Result<core::SecretBytes> read_any_file(const std::string& path, std::size_t most) {
    const storage::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    core::SecretBuilder all;
    core::SecretBytes block(64 * 1024);
    for (;;) {
        const ssize_t got =
            file.is_open() ? ::read(file.descriptor(), block.expose_mutable().data(), block.size())
                           : -1;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return core::unexpected(
                errno == ENOENT ? core::ErrorCode::not_found : core::ErrorCode::failed,
                "cannot read " + path + ": " + std::strerror(errno));
        }
        if (got == 0) return std::move(all).take();
        all.append(block.expose().first(static_cast<std::size_t>(got)));
        if (all.size() > most) {
            return core::unexpected(
                core::ErrorCode::usage,
                path + " is larger than " + std::to_string(most >> 20) + " MiB");
        }
    }
}

}  // namespace sparekey::cli
