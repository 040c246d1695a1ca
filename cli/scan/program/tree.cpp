#include "cli/scan/program/tree.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace sparekey::cli::scan {
namespace {

using storage::File;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

enum class Kind { file, folder, link, other };

Kind kind_of_mode(mode_t mode) {
    if (S_ISREG(mode)) return Kind::file;
    if (S_ISDIR(mode)) return Kind::folder;
    return S_ISLNK(mode) ? Kind::link : Kind::other;
}

Kind kind_of(DIR* folder, const dirent& entry) {
    const bool followed = entry.d_type == DT_LNK && SPAREKEY_LEFT_OUT("scan-symlinks");
    if (entry.d_type != DT_UNKNOWN && !followed)
        return kind_of_mode(static_cast<mode_t>(DTTOIF(entry.d_type)));
    struct stat status {};
    const int flags = followed ? 0 : AT_SYMLINK_NOFOLLOW;
    if (::fstatat(::dirfd(folder), entry.d_name, &status, flags) != 0) return Kind::other;
    return kind_of_mode(status.st_mode);
}

/// Made up by the kernel as it is read: /proc, /sys and what lies in them.
bool is_made_up(int folder) {
    static constexpr std::array<unsigned long, 8> kMagics = {
        0x9fa0, 0x62656572, 0x64626720, 0x74726163, 0x63677270, 0x27e0eb, 0x73636673, 0xcafe4a11};
    struct statfs status {};
    if (::fstatfs(folder, &status) != 0) return false;
    const auto magic = static_cast<unsigned long>(status.f_type);
    return std::find(kMagics.begin(), kMagics.end(), magic) != kMagics.end();
}

class Walk {
  public:
    Walk(const Root& root, Skipped& skipped, const std::function<void(std::string)>& visit)
        : root_(root), skipped_(skipped), visit_(visit) {}

    void run(const std::string& relative) {
        folders_.push_back(relative);
        while (!folders_.empty()) {
            const std::string next = std::move(folders_.back());
            folders_.pop_back();
            read(next);
        }
    }

  private:
    void read(const std::string& relative) {
        File opened = open_below(root_, relative.empty() ? "." : relative, O_DIRECTORY | O_RDONLY);
        if (!opened.is_open()) {
            ++skipped_.unreadable;
            return;
        }
        if (is_made_up(opened.descriptor())) {
            ++skipped_.special;
            return;
        }
        const Folder folder(::fdopendir(opened.descriptor()));
        if (!folder) throw core::SystemFailure("cannot read a folder");
        opened.release();
        while (const dirent* const entry = ::readdir(folder.get())) {
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..") continue;
            take(kind_of(folder.get(), *entry),
                 relative.empty() ? std::string(name) : relative + "/" + std::string(name));
        }
    }
    void take(Kind kind, std::string path) {
        const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
        switch (kind) {
            case Kind::file:
                return visit_(std::move(path));
            case Kind::folder:
                if (name != ".git") folders_.push_back(std::move(path));
                return;
            case Kind::link:
                ++skipped_.links;
                return;
            case Kind::other:
                ++skipped_.special;
        }
    }

    const Root& root_;
    Skipped& skipped_;
    const std::function<void(std::string)>& visit_;
    std::vector<std::string> folders_;  // still to be read
};

// What fills a home and is typed by nobody.
constexpr std::array<std::string_view, 21> kPassedOver = {
    ".cache", ".cargo",  ".conda",   ".dotnet",      ".git",   ".gradle", ".ivy2",
    ".local", ".m2",     ".mozilla", ".npm",         ".nuget", ".nvm",    ".pyenv",
    ".rbenv", ".rustup", ".steam",   ".thunderbird", ".var",   ".vscode", ".wine"};
constexpr std::array<std::string_view, 4> kWithinLocal = {
    ".local/state", ".local/share/fish", ".local/share/nano", ".local/share/powershell"};

}  // namespace

core::Result<Root> open_root(const std::string& path) {
    File opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    if (opened.is_open()) {
        std::string shown = path;
        while (shown.size() > 1 && shown.back() == '/') shown.pop_back();
        if (shown != "/") shown += "/";
        return Root{std::move(opened), shown == "./" ? "" : shown, ""};
    }
    if (errno == ENOTDIR) {
        const std::size_t slash = path.rfind('/');
        const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
        return Root{
            File(::open(folder.empty() ? "." : folder.c_str(), O_PATH | O_CLOEXEC | O_DIRECTORY)),
            folder, path.substr(folder.size())};
    }
    const auto code = errno == ENOENT ? core::ErrorCode::not_found : core::ErrorCode::failed;
    return core::unexpected(code,
                            "cannot read " + core::printable(path) + ": " + std::strerror(errno));
}

File open_below(const Root& root, const std::string& relative, int flags) {
    flags |= O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    // A file that the user named may be a link.
    if (!root.file.empty() && relative == root.file) {
        return File(::openat(root.folder.descriptor(), relative.c_str(), flags));
    }
    open_how how{};
    how.flags = static_cast<unsigned>(flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    if (!SPAREKEY_LEFT_OUT("scan-symlinks")) how.resolve |= RESOLVE_NO_SYMLINKS;
    if (SPAREKEY_LEFT_OUT("scan-symlinks")) how.resolve = 0;
    const long opened =
        ::syscall(SYS_openat2, root.folder.descriptor(), relative.c_str(), &how, sizeof how);
    if (opened >= 0 || (errno != ENOSYS && errno != EPERM)) return File(static_cast<int>(opened));
    // A kernel before 5.6, or a sandbox that does not know the call: the last name at least.
    return File(::openat(root.folder.descriptor(), relative.c_str(), flags | O_NOFOLLOW));
}

void each_file(const Root& root, const std::string& relative, Skipped& skipped,
               const std::function<void(std::string path)>& visit) {
    Walk(root, skipped, visit).run(relative);
}

std::vector<std::string> home_places(const Root& home, Skipped& skipped) {
    std::vector<std::string> places;
    const Folder folder(::fdopendir(::fcntl(home.folder.descriptor(), F_DUPFD_CLOEXEC, 0)));
    if (!folder) throw core::SystemFailure("cannot read the home folder");
    while (const dirent* const entry = ::readdir(folder.get())) {
        const std::string name = entry->d_name;
        if (!name.starts_with('.') || name == "." || name == "..") continue;
        const Kind kind = kind_of(folder.get(), *entry);
        const bool passed_over =
            std::find(kPassedOver.begin(), kPassedOver.end(), name) != kPassedOver.end();
        if (kind == Kind::file) places.push_back(name);
        if (kind == Kind::folder && !passed_over) places.push_back(name + "/");
        if (kind == Kind::link) ++skipped.links;
        if (kind == Kind::other) ++skipped.special;
    }
    for (const std::string_view name : kWithinLocal) {
        struct stat status {};
        const std::string path(name);
        if (::fstatat(home.folder.descriptor(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(status.st_mode)) {
            places.push_back(path + "/");
        }
    }
    return places;
}

}  // namespace sparekey::cli::scan
