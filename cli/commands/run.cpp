#include "cli/commands/commands.h"
#include "cli/input_file.h"
#include "cli/process.h"
#include "cli/references/environment.h"
#include "core/text/unicode.h"
#include "storage/folder/files.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sparekey::cli {
namespace {

using core::Result;

constexpr std::size_t kLargestEnvFile = std::size_t{1} << 20;
constexpr int kNotFound = 127;  // as every shell has it
constexpr int kCannotRun = 126;

Result<void> read_env_file(Environment& environment, const std::string& path) {
    SPAREKEY_TRY(const core::SecretBytes bytes, read_any_file(path, kLargestEnvFile));
    auto variables = parse_dotenv(core::text_of(bytes.expose()));
    if (!variables) {
        core::Error error = variables.error();
        error.message = path + ", " + error.message;
        return core::unexpected(std::move(error));
    }
    for (Variable& variable : *variables) environment.set(variable.name, std::move(variable.value));
    return {};
}

struct FileWish {
    std::string name;
    std::string reference;
};

Result<std::vector<FileWish>> parse_file_wishes(const Arguments& arguments) {
    std::vector<FileWish> wishes;
    for (const std::string& text : arguments.values("--fd")) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || !is_variable_name(text.substr(0, equals))) {
            return core::unexpected(
                core::ErrorCode::usage,
                "--fd wants NAME=REFERENCE, and was given \"" + core::printable(text) + "\"");
        }
        wishes.push_back({text.substr(0, equals), text.substr(equals + 1)});
        SPAREKEY_CHECK(parse_reference(wishes.back().reference));
    }
    return wishes;
}

/// Only returns if it did not work.
void become(const std::vector<std::string>& command, Environment& environment) {
    std::vector<char*> arguments;
    for (const std::string& text : command) arguments.push_back(const_cast<char*>(text.c_str()));
    arguments.push_back(nullptr);
    // The program is looked for where it would look itself.
    const std::string path(environment.value("PATH"));
    if (!path.empty()) ::setenv("PATH", path.c_str(), 1);
    give_back_process();
    ::execvpe(arguments.front(), arguments.data(), environment.pointers().data());
}

Result<void> run_program_with_secrets(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const std::vector<FileWish> wishes, parse_file_wishes(arguments));
    Environment environment(environ);
    for (const std::string& path : arguments.values("--env-file")) {
        SPAREKEY_CHECK(read_env_file(environment, path));
    }
    {
        Resolver resolver(session, Use::answer);
        SPAREKEY_CHECK(environment.resolve(resolver));
        for (const FileWish& wish : wishes) {
            SPAREKEY_TRY(const core::SecretText* const value, resolver.value(wish.reference));
            environment.set(wish.name, core::SecretText::copy_of(memory_file(value->expose())));
        }
        SPAREKEY_CHECK(resolver.handed_out());
        resolver.close();
    }
    const std::vector<std::string>& command = arguments.positional();
    become(command, environment);
    const int reason = errno;
    session.out().error(
        {core::ErrorCode::failed, "cannot run " + command.front() + ": " + std::strerror(reason)});
    ::_exit(reason == ENOENT ? kNotFound : kCannotRun);
}

}  // namespace

CommandSpec commands::run_program() {
    return {
        "run",
        "run a program with secrets in its environment",
        {{"COMMAND", "the program and its arguments, after --", true, true}},
        {{"--env-file", "FILE", "variables too, as KEY=VALUE lines; they win over yours", true},
         {"--fd", "NAME=REFERENCE",
          "NAME is the path of a file in memory that holds the value: /dev/fd/N", true}},
        run_program_with_secrets,
        "",
        "sparekey run -- CMD …: a variable whose whole value is a reference,\n"
        "sparekey://VAULT/ITEM/FIELD, has the value instead; all others stay. If one is missing,\n"
        "nothing is started. The vault is closed before the program takes the place of this\n"
        "process: its signals, terminal and exit code are its own; 127: not found, 126: cannot\n"
        "run. Nothing is masked, and nothing is left on disk.\n"
        "Other processes of yours can read a program's environment, and its children inherit\n"
        "it: --fd gives a secret to a program that reads a file (--password-file \"$NAME\").\n"
        "FILE: KEY=VALUE, export KEY=VALUE, '…' as it stands, \"…\" with \\n and \\\", # "
        "comments;\n"
        "$ is not expanded."};
}

}  // namespace sparekey::cli
