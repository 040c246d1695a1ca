#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "core/text/unicode.h"
#include "storage/folder/new_file.h"

#include <unistd.h>

namespace sparekey::cli {
namespace {

struct Request {
    core::RecordId item;
    std::string name;
    core::Keep side = core::Keep::current;

    core::Result<void> read(VaultAccess& access,
                            const std::function<void(core::ByteView)>& write) const {
        return access.read_attachment(item, name, side, write);
    }
};

/// Into a new file, 0600, which does not stay if the attachment turns out to be damaged.
core::Result<void> write_file(Session& session, VaultAccess& access, const Request& wanted,
                              const std::string& path) {
    SPAREKEY_TRY(storage::NewFile file, storage::NewFile::create(path));
    std::int64_t size = 0;
    SPAREKEY_CHECK(wanted.read(access, [&](core::ByteView chunk) {
        file.write(chunk);
        size += static_cast<std::int64_t>(chunk.size());
    }));
    SPAREKEY_CHECK(file.keep());
    if (!session.out().json()) return {};
    JsonWriter json;
    json.begin_object()
        .field("name", wanted.name)
        .field("size", size)
        .field("output", path)
        .end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
    return {};
}

core::Result<core::SecretBytes> read_whole(VaultAccess& access, const Request& wanted) {
    core::SecretBuilder all;
    SPAREKEY_CHECK(wanted.read(access, [&](core::ByteView chunk) { all.append(chunk); }));
    return std::move(all).take();
}

core::Result<void> print_json(Session& session, VaultAccess& access, const Request& wanted) {
    SPAREKEY_TRY(const core::SecretBytes content, read_whole(access, wanted));
    JsonWriter json;
    json.begin_object()
        .field("name", wanted.name)
        .field("size", static_cast<std::int64_t>(content.size()))
        .field("data", core::to_base64(content.expose()))
        .end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
    return {};
}

/// Lines of text; anything that could steer the terminal belongs in a file.
core::Result<void> show(Session& session, VaultAccess& access, const Request& wanted) {
    SPAREKEY_TRY(const core::SecretBytes content, read_whole(access, wanted));
    const std::string_view text = core::text_of(content.expose());
    if (!core::is_plain_text(text)) {
        return core::unexpected(core::ErrorCode::usage,
                                "the file is not plain text, and this is a terminal",
                                "name a file with --output, or send it through a pipe");
    }
    session.out().raw(text);
    return {};
}

core::Result<void> run_attachment(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    const Request wanted{id, *arguments.positional(1),
                         arguments.has("--other") ? core::Keep::other : core::Keep::current};
    if (const auto path = arguments.value("--output")) {
        return write_file(session, *access, wanted, *path);
    }
    if (session.out().json()) return print_json(session, *access, wanted);
    if (session.out().conceal()) return show(session, *access, wanted);
    return wanted.read(*access, [&](core::ByteView chunk) { session.out().raw(chunk); });
}

}  // namespace

CommandSpec commands::attachment() {
    return {"attachment",
            "write an attached file to standard output",
            {{"QUERY", "the item"}, {"NAME", "the attached file's name"}},
            {{"--output", "FILE", "into this new file instead"},
             {"--other", "", "of a file that is in conflict, the one that is not shown"}},
            run_attachment};
}

}  // namespace sparekey::cli
