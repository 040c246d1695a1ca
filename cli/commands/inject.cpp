#include "cli/commands/commands.h"
#include "cli/input_file.h"
#include "cli/references/resolver.h"
#include "cli/references/template.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace sparekey::cli {
namespace {

using core::Result;

constexpr std::size_t kLargestTemplate = std::size_t{16} << 20;
constexpr std::size_t kLargestResult = std::size_t{64} << 20;

std::optional<std::string> named_file(const Arguments& arguments, std::string_view letter,
                                      std::string_view word) {
    auto file = arguments.value(letter);
    if (!file) file = arguments.value(word);
    return file == "-" ? std::nullopt : file;
}

/// A regular file or nothing yet: a rename would take the place of a device or a pipe.
Result<void> check_output(const std::string& output, const std::optional<std::string>& input) {
    struct stat there {};
    if (::lstat(output.c_str(), &there) != 0) return {};
    if (!S_ISREG(there.st_mode)) {
        return core::unexpected(core::ErrorCode::conflict,
                                output + " is there already, and is no regular file",
                                "without -o the result goes to standard output");
    }
    struct stat source {};
    if (input && ::stat(input->c_str(), &source) == 0 && source.st_ino == there.st_ino &&
        source.st_dev == there.st_dev) {
        return core::unexpected(core::ErrorCode::usage,
                                output + " is the template itself, which would be lost");
    }
    return {};
}

Result<core::SecretBytes> fill_in(Resolver& resolver, std::string_view text) {
    SPAREKEY_TRY(const std::vector<TemplatePiece> pieces, scan_template(text));
    core::SecretBuilder result;
    for (const TemplatePiece& piece : pieces) {
        std::string_view bytes = piece.text;
        if (piece.is_reference) {
            SPAREKEY_TRY(const core::SecretText* const value, resolver.value(piece.text));
            bytes = value->expose();
        }
        if (result.size() + bytes.size() > kLargestResult) {
            return core::unexpected(core::ErrorCode::usage, "the result is larger than 64 MiB");
        }
        result.append(bytes);
    }
    return std::move(result).take();
}

Result<void> run_inject(Session& session, const Arguments& arguments) {
    const auto input = named_file(arguments, "-i", "--in-file");
    const auto output = named_file(arguments, "-o", "--out-file");
    if (output) SPAREKEY_CHECK(check_output(*output, input));
    Resolver resolver(session, Use::answer);
    core::SecretBytes result;
    if (input) {
        SPAREKEY_TRY(const core::SecretBytes text, read_any_file(*input, kLargestTemplate));
        SPAREKEY_TRY(result, fill_in(resolver, core::text_of(text.expose())));
    } else {
        SPAREKEY_TRY(const core::SecretText text, session.document(kLargestTemplate));
        SPAREKEY_TRY(result, fill_in(resolver, text.expose()));
    }
    if (output) {
        // With its folder named, so that the rename can be made durable there.
        const auto path = std::filesystem::absolute(*output).string();
        storage::replace_file(path, result.expose(), storage::Durability::content);
    } else {
        session.out().raw(result.expose());
    }
    return resolver.handed_out();
}

}  // namespace

CommandSpec commands::inject() {
    return {"inject",
            "fill in the secret references of a template",
            {},
            {{"-i", "FILE", "the template; else standard input"},
             {"-o", "FILE", "the result, 0600, replaced if it is there; else standard output"},
             {"--in-file", "FILE", "the same as -i"},
             {"--out-file", "FILE", "the same as -o"}},
            run_inject,
            "",
            "Every {{ sparekey://VAULT/ITEM/FIELD }} becomes the value; all else, other tools'\n"
            "{{ … }} too, stays byte by byte. If one is missing, nothing is written.\n"
            "FILE of -o is replaced as a whole or not at all, without asking, so that a config\n"
            "file can be made again; it holds secrets in the clear. Templates: at most 16 MiB."};
}

}  // namespace sparekey::cli
