#include "storage/folder/backup.h"

#include "cli/commands/commands.h"
#include "cli/counted.h"
#include "cli/session.h"
#include "storage/store/record_check.h"

#include <cstdlib>
#include <filesystem>

namespace sparekey::cli {
namespace {

/// A folder beside nothing else, gone at the end.
class ScratchFolder {
  public:
    ScratchFolder() {
        const char* const base = std::getenv("TMPDIR");
        path_ = std::string(base != nullptr && base[0] == '/' ? base : "/tmp") + "/sparekey-XXXXXX";
        if (::mkdtemp(path_.data()) == nullptr) throw core::SystemFailure("no temporary folder");
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// Unpacks (everything in it is encrypted), opens, and reads every record.
core::Result<std::size_t> open_copy(Session& session, const std::string& source) {
    const ScratchFolder scratch;
    const storage::FolderPaths paths{scratch.path() + "/data/sparekey/copy",
                                     scratch.path() + "/state/sparekey/copy"};
    SPAREKEY_CHECK(storage::restore_backup(source, paths));
    SPAREKEY_TRY(const auto folder, session.open(paths, {}));
    SPAREKEY_CHECK(folder->store().verify());
    core::Vault vault(folder->key_slots().vault, folder->device(), folder->keyring(),
                      folder->store(), session.clock(), session.random());
    SPAREKEY_CHECK(storage::check_records(vault, folder->store()));
    return folder->store().count(core::Shelf::both);
}

core::Result<void> verify(Session& session, const std::string& source) {
    SPAREKEY_CHECK(storage::check_backup(source));
    SPAREKEY_TRY(const Person person, session.person());
    const bool can_open = session.credential_is_named() || person.present();
    std::optional<std::size_t> items;
    if (can_open) {
        SPAREKEY_TRY(items, open_copy(session, source));
    }
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field_bool("whole", true).field_bool("opened", items.has_value());
        if (items) json.field("items", static_cast<std::int64_t>(*items));
        json.end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else if (items) {
        session.out().note("the backup opens: " + counted(*items, "item") + ", all readable");
    } else {
        session.out().note(
            "the backup is as it was written; name a password source to open it too");
    }
    return {};
}

core::Result<void> run_backup(Session& session, const Arguments& arguments) {
    const auto destination = arguments.positional(0);
    if (const auto source = arguments.value("--verify"); source && destination) {
        return core::unexpected(core::ErrorCode::usage, "--verify makes no backup: leave out DEST");
    } else if (source) {
        return verify(session, *source);
    }
    if (!destination) {
        return core::unexpected(core::ErrorCode::usage, "DEST is missing",
                                "sparekey backup DEST, or sparekey backup --verify FILE");
    }
    if (*destination == "-") {
        return core::unexpected(core::ErrorCode::usage,
                                "a backup is a file of its own, not standard output",
                                "name a file (one that is called - is ./-)");
    }
    // Whoever holds the vault open is asked for a moment of it: a backup by night has nobody to
    // lock.
    SPAREKEY_CHECK(session.move_agent_aside());
    SPAREKEY_CHECK(session.key_slots());
    SPAREKEY_CHECK(storage::write_backup(session.folder_paths(), *destination));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("backup", *destination).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().note("the backup is in " + *destination);
    }
    return {};
}

}  // namespace

CommandSpec commands::backup() {
    return {
        "backup",
        "copy the vault into one file, still encrypted; or verify such a file",
        {{"[DEST]", "a new file", false}},
        {{"--verify", "FILE", "check a backup, byte by byte; open it too if a password is given"}},
        run_backup,
        "",
        "Needs no password. The copy is consistent and readable only by you (0600)."};
}

}  // namespace sparekey::cli
