#include "cli/commands/editor.h"

#include "cli/formats/item_json.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace sparekey::cli {
namespace {

constexpr std::size_t kLargestDocument = std::size_t{2} << 20;
constexpr long kTmpfsMagic = 0x01021994;

bool in_memory(const char* folder) {
    struct statfs status {};
    return folder != nullptr && folder[0] == '/' && ::statfs(folder, &status) == 0 &&
           status.f_type == kTmpfsMagic;
}

/// A private folder on a file system that lives in memory, overwritten and removed at the end.
class MemoryFile {
  public:
    static core::Result<MemoryFile> make() {
        const char* base = std::getenv("XDG_RUNTIME_DIR");
        if (!in_memory(base)) base = "/dev/shm";
        if (!in_memory(base)) {
            return core::unexpected(core::ErrorCode::failed,
                                    "there is no folder in memory for the editor's file",
                                    "use --stdin instead");
        }
        std::string folder = std::string(base) + "/sparekey-XXXXXX";
        if (::mkdtemp(folder.data()) == nullptr) {
            return core::unexpected(core::ErrorCode::failed, "cannot make a folder in memory");
        }
        return MemoryFile(folder);
    }
    ~MemoryFile() {
        if (folder_.empty()) return;
        struct stat status {};
        if (::stat(path().c_str(), &status) == 0) {
            const storage::File file(::open(path().c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
            const core::Bytes zeros(static_cast<std::size_t>(status.st_size), 0);
            if (file.is_open()) {
                [[maybe_unused]] const ssize_t written =
                    ::write(file.descriptor(), zeros.data(), zeros.size());
            }
        }
        ::unlink(path().c_str());
        ::rmdir(folder_.c_str());
    }
    MemoryFile(MemoryFile&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
    MemoryFile& operator=(MemoryFile&&) = delete;

    std::string path() const { return folder_ + "/item.json"; }

  private:
    explicit MemoryFile(std::string folder) : folder_(std::move(folder)) {}
    std::string folder_;
};

core::Result<void> run_editor(const std::string& path) {
    const char* editor = std::getenv("VISUAL");
    if (editor == nullptr || *editor == 0) editor = std::getenv("EDITOR");
    if (editor == nullptr || *editor == 0) editor = "vi";
    const pid_t child = ::fork();
    if (child < 0) return core::unexpected(core::ErrorCode::failed, "cannot start the editor");
    if (child == 0) {
        // The variable may hold arguments, as git and others allow.
        const std::string command = std::string(editor) + " \"$1\"";
        ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", path.c_str(),
                static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return core::unexpected(core::ErrorCode::failed, "the editor failed; nothing was changed",
                                "set $VISUAL or $EDITOR");
    }
    return {};
}

}  // namespace

core::Result<core::ItemPatch> patch_from_editor(Session&, const core::Item& current) {
    SPAREKEY_TRY(const MemoryFile memory, MemoryFile::make());
    JsonWriter json;
    write_item(json, current, Secrets::with);
    {
        SPAREKEY_TRY(const storage::File file, storage::create_file(memory.path()));
        storage::write_all(file, core::bytes_of(json.expose()));
        storage::write_all(file, core::bytes_of("\n"));
    }
    SPAREKEY_CHECK(run_editor(memory.path()));
    SPAREKEY_TRY(core::Bytes edited, storage::read_file(memory.path(), kLargestDocument));
    auto patch = patch_from_json(core::text_of(edited));
    core::wipe(edited);
    return patch;
}

}  // namespace sparekey::cli
