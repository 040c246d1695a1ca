#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace sparekey::storage {
namespace {

namespace fs = std::filesystem;

core::Unexpected not_ours(const std::string& path, const std::string& why) {
    return core::unexpected(core::ErrorCode::integrity, path + " " + why,
                            "look who put it there before going on");
}

/// Opens, checks and mends one of our folders below `parent`.
core::Result<File> open_folder(const File& parent, const std::string& name, const std::string& path,
                               Missing missing, std::vector<std::string>& warnings) {
    const int at = parent.descriptor();
    if (missing == Missing::create) {
        const bool made = ::mkdirat(at, name.c_str(), 0700) == 0;
        if (!made && errno != EEXIST) throw_failure("cannot make " + path);
        if (made) sync_file(parent);
    }
    File folder(::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.is_open()) {
        if (errno == ENOENT) {
            return core::unexpected(core::ErrorCode::not_found, path + " does not exist");
        }
        if (errno == ELOOP || errno == ENOTDIR) return not_ours(path, "is not a folder of ours");
        throw_failure("cannot open " + path);
    }
    struct stat status {};
    if (::fstat(folder.descriptor(), &status) != 0) throw_failure("cannot look at " + path);
    if (status.st_uid != ::geteuid()) return not_ours(path, "belongs to another user");
    if ((status.st_mode & 077) != 0) {
        if (::fchmod(folder.descriptor(), 0700) != 0) throw_failure("cannot close off " + path);
        warnings.push_back(path + " was open to others; it is 0700 now");
    }
    return folder;
}

/// Their names are on disk, too: a vault whose folder a power cut took is none.
void make_folders(const fs::path& path) {
    if (path.empty() || ::access(path.c_str(), F_OK) == 0) return;
    make_folders(path.parent_path());
    if (::mkdir(path.c_str(), 0777) == 0) sync_folder(path.parent_path());
}

}  // namespace

void throw_failure(const std::string& what) {
    if (errno == ENOSPC || errno == EDQUOT) {
        throw core::SystemFailure("the disk is full; nothing was changed");
    }
    throw core::SystemFailure(what + ": " + std::strerror(errno));
}

File::~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

core::Result<core::Bytes> read_file(const std::string& path, std::size_t most) {
    const File file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        if (errno == ENOENT) {
            return core::unexpected(core::ErrorCode::not_found, path + " does not exist");
        }
        if (errno == ELOOP) return not_ours(path, "is a symbolic link");
        throw_failure("cannot open " + path);
    }
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0) throw_failure("cannot look at " + path);
    if (!S_ISREG(status.st_mode)) return not_ours(path, "is not a regular file");
    if (static_cast<std::uint64_t>(status.st_size) > most) return not_ours(path, "is too large");
    core::Bytes bytes;
    std::array<std::uint8_t, 65536> block;
    for (;;) {
        const ssize_t got = ::read(file.descriptor(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_failure("cannot read " + path);
        if (got == 0) return bytes;
        bytes.insert(bytes.end(), block.begin(), block.begin() + got);
        if (bytes.size() > most) return not_ours(path, "is too large");
    }
}

core::Result<void> require_own_file(const File& file, const std::string& path) {
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0) throw_failure("cannot look at " + path);
    if (!S_ISREG(status.st_mode)) return not_ours(path, "is not a regular file");
    if (status.st_uid != ::geteuid()) return not_ours(path, "belongs to another user");
    if (status.st_nlink != 1) return not_ours(path, "has another name elsewhere (a hard link)");
    // On a read-only medium it stays as it is.
    if ((status.st_mode & 0777) != 0600) [[maybe_unused]]
        const int closed = ::fchmod(file.descriptor(), 0600);
    return {};
}

core::Result<File> create_file(const std::string& path) {
    File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) {
        if (errno == EEXIST || errno == ELOOP) {
            return core::unexpected(core::ErrorCode::conflict, path + " exists already",
                                    "name another file");
        }
        throw_failure("cannot create " + path);
    }
    if (::fchmod(file.descriptor(), 0600) != 0) throw_failure("cannot close off " + path);
    return file;
}

void write_all(const File& file, core::ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.descriptor(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_failure("cannot write");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void sync_file(const File& file) {
    if (::fsync(file.descriptor()) != 0) throw_failure("cannot write to disk");
}

void sync_folder(const std::string& path) {
    const File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || ::fsync(folder.descriptor()) != 0) {
        throw_failure("cannot write " + path + " to disk");
    }
}

void replace_file(const std::string& path, core::ByteView bytes, Durability durability) {
    const std::string temporary = path + ".new";
    // A left-over of a crash, or a link planted there: the name goes, not what it points to.
    ::unlink(temporary.c_str());
    auto file = create_file(temporary);
    if (!file) throw core::SystemFailure(file.error().message);
    try {
        write_all(*file, bytes);
        sync_file(*file);
        if (::rename(temporary.c_str(), path.c_str()) != 0) throw_failure("cannot replace " + path);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    if (durability == Durability::name) sync_folder(fs::path(path).parent_path().string());
}

core::Result<std::string> private_folder(const std::string& path, Missing missing,
                                         std::vector<std::string>& warnings) {
    const fs::path whole(path);
    const fs::path ours = whole.parent_path();  // …/sparekey
    const fs::path above = ours.parent_path();  // the XDG folder: as the user has it
    std::error_code failure;
    if (missing == Missing::create) make_folders(above);
    const fs::path resolved = fs::canonical(above, failure);
    if (failure) {
        if (missing == Missing::refuse) {
            return core::unexpected(core::ErrorCode::not_found, path + " does not exist");
        }
        throw core::SystemFailure("cannot make " + above.string() + ": " + failure.message());
    }
    const File base(::open(resolved.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!base.is_open()) throw_failure("cannot open " + resolved.string());
    SPAREKEY_TRY(const File first,
                 open_folder(base, ours.filename(), ours.string(), missing, warnings));
    SPAREKEY_CHECK(open_folder(first, whole.filename(), path, missing, warnings));
    return (resolved / ours.filename() / whole.filename()).string();
}

}  // namespace sparekey::storage
