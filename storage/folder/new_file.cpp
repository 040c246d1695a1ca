#include "storage/folder/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace sparekey::storage {
namespace {

std::string folder_of(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

core::Unexpected exists_already(const std::string& path) {
    return core::unexpected(core::ErrorCode::conflict, path + " exists already",
                            "name another file");
}

bool is_taken(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

/// A descriptor's name in /proc, by which a nameless file can be given one.
std::string name_of(const File& file) {
    return "/proc/self/fd/" + std::to_string(file.descriptor());
}

/// Not open where the file system has none, or a missing /proc would not let it be named later.
File create_nameless(const std::string& path) {
    File file(::open(folder_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    const bool unknown = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
    if (!file.is_open() && unknown) return File();
    if (!file.is_open()) throw_failure("cannot create " + path);
    if (::access(name_of(file).c_str(), F_OK) != 0) return File();
    if (::fchmod(file.descriptor(), 0600) != 0) throw_failure("cannot close off " + path);
    return file;
}

/// Never over something that is there. A link first: RENAME_NOREPLACE is not known to NFS, and
/// links are not to FAT.
bool give_name(const std::string& draft, const std::string& path) {
    if (::linkat(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) {
        return true;
    }
    if (errno == EEXIST) return false;
    return ::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0;
}

}  // namespace

core::Result<NewFile> NewFile::create(const std::string& path, Draft draft) {
    if (is_taken(path)) return exists_already(path);
    if (draft == Draft::nameless) {
        File file = create_nameless(path);
        if (file.is_open()) return NewFile(std::move(file), path, {});
    }
    const std::string part = path + ".part";
    SPAREKEY_TRY(File file, create_file(part));
    return NewFile(std::move(file), path, part);
}

NewFile::~NewFile() {
    if (file_.is_open() && !draft_.empty()) ::unlink(draft_.c_str());
}

void NewFile::write(core::ByteView bytes) {
    write_all(file_, bytes);
}

core::Result<void> NewFile::keep() {
    sync_file(file_);
    if (!give_name(draft_.empty() ? name_of(file_) : draft_, path_)) {
        if (errno == EEXIST) return exists_already(path_);
        throw_failure("cannot create " + path_);
    }
    if (!draft_.empty()) ::unlink(draft_.c_str());  // gone already, if it was renamed
    sync_folder(folder_of(path_));
    file_ = File();
    return {};
}

void NewFile::take_back() {
    ::unlink(path_.c_str());
}

}  // namespace sparekey::storage
