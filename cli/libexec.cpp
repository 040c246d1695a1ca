#include "cli/libexec.h"

#include "cli/process.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

namespace sparekey::cli {
namespace {

using storage::File;

constexpr std::size_t kMostText = std::size_t{16} << 20;

core::Unexpected failed(const std::string& name, const std::string& why) {
    return core::unexpected(core::ErrorCode::failed, "the helper " + name + " " + why,
                            "reinstall sparekey: its helpers lie in libexec/sparekey");
}

void execute(const std::string& path, const std::vector<std::string>& arguments,
             char* const* environment) {
    std::vector<char*> argv{const_cast<char*>(path.c_str())};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execve(path.c_str(), argv.data(), environment);
}

[[noreturn]] void become(const std::string& path, const std::vector<std::string>& arguments,
                         const File& input, const File& output) {
    ::dup2(input.descriptor(), STDIN_FILENO);
    ::dup2(output.descriptor(), STDOUT_FILENO);
    char* environment[] = {nullptr};
    execute(path, arguments, environment);
    ::_exit(127);
}

/// Feeds `input` and collects the output at the same time, so that neither side waits for ever.
bool exchange(File& to_child, const File& from_child, std::string_view input,
              core::SecretBuilder& output, std::size_t most_output) {
    core::SecretBytes block(16 * 1024);
    for (;;) {
        if (input.empty()) to_child = File();
        pollfd ends[2] = {{from_child.descriptor(), POLLIN, 0},
                          {to_child.is_open() ? to_child.descriptor() : -1, POLLOUT, 0}};
        if (::poll(ends, 2, -1) < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        if ((ends[1].revents & (POLLOUT | POLLERR)) != 0) {
            const ssize_t written = ::write(to_child.descriptor(), input.data(),
                                            std::min<std::size_t>(input.size(), 4096));
            if (written < 0 && errno != EINTR) input = {};
            if (written > 0) input.remove_prefix(static_cast<std::size_t>(written));
        }
        if ((ends[0].revents & (POLLIN | POLLHUP)) == 0) continue;
        const ssize_t got =
            ::read(from_child.descriptor(), block.expose_mutable().data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0;
        output.append(block.expose().first(static_cast<std::size_t>(got)));
        if (output.size() > most_output) return false;
    }
}

core::Result<core::SecretBytes> run(const std::string& name,
                                    const std::vector<std::string>& arguments,
                                    std::string_view input, std::size_t most_output) {
    const std::string path = helper_path(name);
    if (path.empty() || ::access(path.c_str(), X_OK) != 0) return failed(name, "is missing");
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0) return failed(name, "cannot be started");
    const File child_in(in[0]);
    File to_child(in[1]);
    if (::pipe2(out, O_CLOEXEC) != 0) return failed(name, "cannot be started");
    const File from_child(out[0]);
    File child_out(out[1]);
    const pid_t child = ::fork();
    if (child < 0) return failed(name, "cannot be started");
    if (child == 0) become(path, arguments, child_in, child_out);
    child_out = File();
    core::SecretBuilder output;
    const bool exchanged = exchange(to_child, from_child, input, output, most_output);
    to_child = File();
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!exchanged || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return failed(name, "failed");
    return std::move(output).take();
}

}  // namespace

std::string helper_path(const std::string& name) {
    char self[PATH_MAX];
    const ssize_t size = ::readlink("/proc/self/exe", self, sizeof self);
    if (size <= 0) return {};
    const std::string program(self, static_cast<std::size_t>(size));
    const std::string folder = program.substr(0, program.rfind('/'));
    const std::string_view helpers = "/libexec/sparekey";
    if (folder.ends_with(helpers)) return folder + "/" + name;  // a helper asks: the agent
    return folder.substr(0, folder.rfind('/')).append(helpers) + "/" + name;
}

core::Result<core::SecretText> run_helper(const std::string& name,
                                          const std::vector<std::string>& arguments,
                                          std::string_view input) {
    SPAREKEY_TRY(core::SecretBytes output, run(name, arguments, input, kMostText));
    return core::SecretText(std::move(output));
}

core::Result<core::SecretBytes> run_helper(const std::string& name, core::ByteView input,
                                           std::size_t most_output) {
    return run(name, {}, core::text_of(input), most_output);
}

core::Result<void> become_helper(const std::string& name,
                                 const std::vector<std::string>& arguments) {
    const std::string path = helper_path(name);
    if (path.empty() || ::access(path.c_str(), X_OK) != 0) return failed(name, "is missing");
    give_back_process();
    execute(path, arguments, ::environ);
    return failed(name, "cannot be started");
}

}  // namespace sparekey::cli
