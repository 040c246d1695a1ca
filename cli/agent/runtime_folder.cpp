#include "cli/agent/runtime_folder.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sparekey::cli::agent {
namespace {

core::Unexpected not_ours(const std::string& path, const std::string& why) {
    return core::unexpected(core::ErrorCode::integrity, path + " " + why,
                            "look who put it there; --no-agent does without");
}

/// Nothing if the folder is not there.
core::Result<bool> check_folder(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return false;
        throw core::SystemFailure("cannot look at " + path + ": " + std::strerror(errno));
    }
    if (SPAREKEY_LEFT_OUT("runtime-folder")) return true;
    if (!S_ISDIR(status.st_mode)) return not_ours(path, "is not a folder");
    if (status.st_uid != ::geteuid()) return not_ours(path, "belongs to another user");
    if ((status.st_mode & 077) != 0) return not_ours(path, "is open to others: chmod 700 it");
    return true;
}

core::Result<bool> check_socket(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return false;
    if (SPAREKEY_LEFT_OUT("runtime-folder")) return true;
    if (!S_ISSOCK(status.st_mode)) return not_ours(path, "is not a socket");
    if (status.st_uid != ::geteuid()) return not_ours(path, "belongs to another user");
    return true;
}

}  // namespace

std::string RuntimeFolder::standby_socket(const std::string& vault) const {
    constexpr std::size_t kDigits = 16;  // of SHA-256: a name for a path of any length
    const core::Hash hash = core::sha256(core::bytes_of(vault));
    return path + "/sync-" + core::to_hex(hash).substr(0, kDigits) + ".sock";
}

RuntimeFolder runtime_folder() {
    const char* const given = std::getenv("XDG_RUNTIME_DIR");
    if (given != nullptr && given[0] == '/') return {std::string(given) + "/sparekey"};
    return {"/tmp/sparekey-" + std::to_string(::geteuid()), true};
}

core::Result<void> prepare(const RuntimeFolder& folder) {
    if (::mkdir(folder.path.c_str(), 0700) != 0 && errno != EEXIST) {
        return core::unexpected(core::ErrorCode::failed,
                                "cannot make " + folder.path + ": " + std::strerror(errno),
                                "set XDG_RUNTIME_DIR to a folder of yours");
    }
    SPAREKEY_CHECK(check_folder(folder.path));
    SPAREKEY_CHECK(check_socket(folder.socket()));
    SPAREKEY_CHECK(check_socket(folder.ssh_socket()));
    return {};
}

core::Result<bool> has_socket(const RuntimeFolder& folder) {
    return has_socket(folder, folder.socket());
}

core::Result<bool> has_socket(const RuntimeFolder& folder, const std::string& path) {
    const auto there = check_folder(folder.path);
    if (!there && folder.is_shared) return false;
    if (!there || !*there) return there;
    return check_socket(path);
}

}  // namespace sparekey::cli::agent
