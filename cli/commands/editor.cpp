#include "cli/commands/editor.h"

#include "cli/commands/patch_options.h"
#include "cli/formats/item_json.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace sparekey::cli {
namespace {

constexpr std::size_t kLargestDocument = std::size_t{2} << 20;
constexpr long kTmpfsMagic = 0x01021994;

bool in_memory(const char* folder) {
    struct statfs status {};
    return folder != nullptr && folder[0] == '/' && ::statfs(folder, &status) == 0 &&
           status.f_type == kTmpfsMagic;
}

/// A private folder on a file system that lives in memory. At the end all that lies in it, an
/// editor's own copies too, is overwritten and removed.
class MemoryFolder {
  public:
    static core::Result<MemoryFolder> make() {
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
        return MemoryFolder(folder);
    }
    ~MemoryFolder() {
        if (path_.empty()) return;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(path_, ignored)) {
            overwrite(entry.path().string());
        }
        std::filesystem::remove_all(path_, ignored);
    }
    MemoryFolder(MemoryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    MemoryFolder& operator=(MemoryFolder&&) = delete;

    std::string item() const { return path_ + "/item.json"; }

  private:
    explicit MemoryFolder(std::string path) : path_(std::move(path)) {}

    static void overwrite(const std::string& path) {
        const storage::File file(
            ::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
        struct stat status {};
        if (!file.is_open() || ::fstat(file.descriptor(), &status) != 0) return;
        if (!S_ISREG(status.st_mode)) return;
        const core::Bytes zeros(static_cast<std::size_t>(status.st_size), 0);
        [[maybe_unused]] const ssize_t written =
            ::write(file.descriptor(), zeros.data(), zeros.size());
    }

    std::string path_;
};

/// While the editor's file is there, Ctrl-C and Ctrl-\ are the editor's own, and what ends this
/// program waits until the editor has ended too and its file is gone.
class EditorSignals {
  public:
    EditorSignals() {
        ::sigemptyset(&held_);
        for (const int number : {SIGTERM, SIGHUP, SIGCHLD}) ::sigaddset(&held_, number);
        ::sigprocmask(SIG_BLOCK, &held_, &mask_before_);
        struct sigaction ignore {};
        ignore.sa_handler = SIG_IGN;
        struct sigaction usual {};  // where it was ignored no child could be waited for
        usual.sa_handler = SIG_DFL;
        for (std::size_t i = 0; i < kHandled.size(); ++i) {
            ::sigaction(kHandled[i], kHandled[i] == SIGCHLD ? &usual : &ignore, &before_[i]);
        }
    }
    ~EditorSignals() { restore(); }
    EditorSignals(const EditorSignals&) = delete;
    EditorSignals& operator=(const EditorSignals&) = delete;

    /// In the child, too: an editor has the signals that a shell would give it.
    void restore() const {
        for (std::size_t i = 0; i < kHandled.size(); ++i) {
            ::sigaction(kHandled[i], &before_[i], nullptr);
        }
        ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    }

    /// The end of `child`, which is asked to end when this program is. Nothing: it was.
    std::optional<int> wait_for(pid_t child) const {
        bool is_ending = false;
        int status = 0;
        while (::waitpid(child, &status, WNOHANG) == 0) {
            const int number = ::sigwaitinfo(&held_, nullptr);
            if (number != SIGTERM && number != SIGHUP) continue;
            is_ending = true;
            ::kill(child, SIGTERM);
        }
        return is_ending ? std::nullopt : std::optional(status);
    }

  private:
    static constexpr std::array kHandled = {SIGINT, SIGQUIT, SIGCHLD};
    sigset_t held_{};
    sigset_t mask_before_{};
    std::array<struct sigaction, kHandled.size()> before_{};
};

core::Result<std::string> editor_command(Session& session) {
    for (const char* variable : {"VISUAL", "EDITOR"}) {
        const char* const editor = std::getenv(variable);
        if (editor != nullptr && *editor != 0) return std::string(editor);
    }
    if (session.terminal().present()) return std::string("vi");
    return core::unexpected(core::ErrorCode::usage, "there is no terminal for an editor",
                            "set $VISUAL or $EDITOR, or use --stdin");
}

/// The variable may hold arguments, as git and others allow. A simple command takes the shell's
/// place, so that what ends this program ends the editor and not its shell alone.
std::string shell_command(const std::string& editor) {
    const bool is_simple = editor.find_first_of("=;&|<>(){}!`\n") == std::string::npos;
    return (is_simple ? "exec " : "") + editor + " \"$1\"";
}

core::Result<void> run_editor(const std::string& editor, const std::string& path,
                              const EditorSignals& signals) {
    const pid_t child = ::fork();
    if (child < 0) return core::unexpected(core::ErrorCode::failed, "cannot start the editor");
    if (child == 0) {
        signals.restore();
        ::signal(SIGPIPE, SIG_DFL);
        const std::string command = shell_command(editor);
        ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", path.c_str(),
                static_cast<char*>(nullptr));
        ::_exit(127);
    }
    const std::optional<int> status = signals.wait_for(child);
    if (!status) return core::unexpected(core::ErrorCode::interrupted, "interrupted");
    if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
        return core::unexpected(core::ErrorCode::failed, "the editor failed; nothing was changed",
                                "set $VISUAL or $EDITOR");
    }
    return {};
}

/// Keeps only what the person changed, so that nothing else is put back to what it was when the
/// editor opened.
void keep_changes(core::ItemPatch& patch, const core::ItemPatch& shown) {
    const auto same_secret = [](const core::SecretText& left, const core::SecretText& right) {
        return left.expose() == right.expose();
    };
    const auto same_codes = [&](const auto& left, const auto& right) {
        return std::equal(left.begin(), left.end(), right.begin(), right.end(), same_secret);
    };
    const auto same_fields = [&](const auto& left, const auto& right) {
        return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                          [&](const core::CustomField& a, const core::CustomField& b) {
                              return a.name == b.name && a.secret == b.secret &&
                                     same_secret(a.value, b.value);
                          });
    };
    const auto drop = [](auto& now, const auto& before, auto same) {
        if (now && before && same(*now, *before)) now.reset();
    };
    const auto equal = [](const auto& left, const auto& right) { return left == right; };
    drop(patch.type, shown.type, equal);
    drop(patch.title, shown.title, equal);
    drop(patch.username, shown.username, equal);
    drop(patch.password, shown.password, same_secret);
    drop(patch.totp, shown.totp, same_secret);
    drop(patch.urls, shown.urls, equal);
    drop(patch.notes, shown.notes, same_secret);
    drop(patch.tags, shown.tags, equal);
    drop(patch.fields, shown.fields, same_fields);
    drop(patch.sign_in_with, shown.sign_in_with, equal);
    drop(patch.recovers_via, shown.recovers_via, equal);
    drop(patch.recovery_codes, shown.recovery_codes, same_codes);
    drop(patch.favorite, shown.favorite, equal);
}

}  // namespace

core::Result<core::ItemPatch> patch_from_editor(Session& session, const core::Item& current) {
    SPAREKEY_TRY(const std::string editor, editor_command(session));
    const EditorSignals signals;  // until the folder is gone
    SPAREKEY_TRY(const MemoryFolder memory, MemoryFolder::make());
    JsonWriter json;
    write_item(json, current, Secrets::with);
    const core::SecretBytes document = indented_json(json.expose());
    {
        SPAREKEY_TRY(const storage::File file, storage::create_file(memory.item()));
        storage::write_all(file, document.expose());
    }
    SPAREKEY_CHECK(run_editor(editor, memory.item(), signals));
    SPAREKEY_TRY(core::Bytes edited, storage::read_file(memory.item(), kLargestDocument));
    auto patch = patch_from_json(core::text_of(edited));
    core::wipe(edited);
    if (!patch) return patch;
    SPAREKEY_TRY(const core::ItemPatch shown, patch_from_json(core::text_of(document.expose())));
    keep_changes(*patch, shown);
    SPAREKEY_CHECK(spell_facts(current, *patch));
    return patch;
}

}  // namespace sparekey::cli
