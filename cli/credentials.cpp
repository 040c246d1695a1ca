#include "cli/credentials.h"

#include "core/text/unicode.h"
#include "core/vault/paper_code.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace sparekey::cli {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;

/// All that `descriptor` gives, at most `most` bytes, in wiped memory.
core::Result<core::SecretBytes> drain(int descriptor, std::size_t most) {
    core::SecretBuilder all;
    core::SecretBytes block(16 * 1024);
    for (;;) {
        const ssize_t got = ::read(descriptor, block.expose_mutable().data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return core::unexpected(core::ErrorCode::failed,
                                    std::string("cannot read: ") + std::strerror(errno));
        }
        if (got == 0) return std::move(all).take();
        all.append(block.expose().first(static_cast<std::size_t>(got)));
        if (all.size() > most) {
            return core::unexpected(core::ErrorCode::usage, "the file is too long for a secret");
        }
    }
}

core::SecretText first_line(const core::SecretBytes& bytes) {
    std::string_view text = core::text_of(bytes.expose());
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return core::SecretText::copy_of(text);
}

core::Result<core::SecretBytes> read_named_file(const std::string& path, std::size_t most) {
    // A named pipe or /dev/fd/N is as good as a file here, and a link is the caller's own.
    const storage::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        return core::unexpected(
            errno == ENOENT ? core::ErrorCode::not_found : core::ErrorCode::failed,
            "cannot read " + path + ": " + std::strerror(errno));
    }
    return drain(file.descriptor(), most);
}

core::Unexpected command_failed() {
    return core::unexpected(core::ErrorCode::locked, "$SPAREKEY_PASSWORD_COMMAND failed");
}

/// What `sh -c command` prints first.
core::Result<core::SecretText> run_password_command(const char* command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return command_failed();
    storage::File reading(ends[0]);
    storage::File writing(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return command_failed();
    if (child == 0) {
        ::signal(SIGPIPE, SIG_DFL);
        ::dup2(writing.descriptor(), STDOUT_FILENO);
        ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
        ::_exit(127);
    }
    writing = storage::File();
    auto printed = drain(reading.descriptor(), kLongestLine);
    reading = storage::File();  // a command that goes on printing ends by it
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!printed) return core::unexpected(std::move(printed).error());
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return command_failed();
    return first_line(*printed);
}

core::Unexpected no_source() {
    return core::unexpected(core::ErrorCode::locked,
                            "without the master password this stays locked, and there is no "
                            "terminal to ask for it on",
                            "give --password-file FILE (- is stdin), $SPAREKEY_PASSWORD_FILE, "
                            "$SPAREKEY_PASSWORD_COMMAND, --key-file or --recovery-file; or "
                            "name a pinentry in config.toml");
}

core::Result<core::SecretText> from_any_source(const CredentialSources& sources,
                                               StandardInput& input, Person& person,
                                               const PasswordQuestion& question) {
    if (sources.password_file) return read_secret_line(*sources.password_file, input);
    if (const char* const file = std::getenv("SPAREKEY_PASSWORD_FILE"); file && *file != 0) {
        return read_secret_line(file, input);
    }
    if (const char* const command = std::getenv("SPAREKEY_PASSWORD_COMMAND");
        command && *command != 0) {
        return run_password_command(command);
    }
    if (!person.present()) return no_source();
    return question.is_new ? person.ask_new_secret(question.prompt)
                           : person.ask_secret(question.prompt, question.complaint);
}

}  // namespace

core::Result<void> check_password(const core::SecretText& password) {
    const std::string_view text = password.expose();
    if (text.empty()) return core::unexpected(core::ErrorCode::usage, "the password is empty");
    if (text.find('\0') != std::string_view::npos || !core::is_utf8(text)) {
        return core::unexpected(core::ErrorCode::usage,
                                "a password is UTF-8 text without NUL characters");
    }
    return {};
}

core::Result<void> check_credential(const core::Credential& credential) {
    const auto text = core::SecretText::copy_of(core::text_of(credential.bytes.expose()));
    if (credential.kind != core::SlotKind::password || check_password(text)) return {};
    return core::unexpected(core::ErrorCode::locked,
                            "the master password does not open this vault");
}

core::Result<core::SecretText> read_secret_line(const std::string& file, StandardInput& input) {
    if (file == "-") return input.line();
    SPAREKEY_TRY(const core::SecretBytes bytes, read_named_file(file, kLongestLine));
    return first_line(bytes);
}

core::Result<core::SecretText> read_secret_file(const std::string& file, std::size_t most,
                                                StandardInput& input) {
    if (file == "-") return input.rest(most);
    SPAREKEY_TRY(core::SecretBytes bytes, read_named_file(file, most));
    return core::SecretText(std::move(bytes));
}

core::Result<core::SecretText> read_password(const CredentialSources& sources, StandardInput& input,
                                             Person& person, const PasswordQuestion& question) {
    SPAREKEY_TRY(core::SecretText password, from_any_source(sources, input, person, question));
    SPAREKEY_CHECK(check_password(password));
    return password;
}

core::Result<core::Credential> read_credential(const CredentialSources& sources,
                                               StandardInput& input, Person& person,
                                               std::string_view complaint) {
    if (sources.key_file) {
        SPAREKEY_TRY(core::SecretBytes bytes,
                     read_named_file(*sources.key_file, core::kLargestKeyFile));
        return core::Credential{core::SlotKind::key_file, std::move(bytes)};
    }
    if (sources.recovery_file) {
        SPAREKEY_TRY(const core::SecretText line, read_secret_line(*sources.recovery_file, input));
        SPAREKEY_TRY(core::PaperCode code,
                     core::parse_paper_code(core::PaperKind::recovery_code, line.expose()));
        return core::Credential{core::SlotKind::recovery, std::move(code.secret)};
    }
    SPAREKEY_TRY(const core::SecretText password,
                 from_any_source(sources, input, person, {"Master password: ", complaint, false}));
    return core::Credential{core::SlotKind::password,
                            core::SecretBytes::copy_of(core::bytes_of(password.expose()))};
}

}  // namespace sparekey::cli
