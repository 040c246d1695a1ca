#include "sync/server/store/upkeep/backup.h"

#include "core/base/mutant.h"
#include "sync/server/store/address.h"
#include "sync/server/store/open.h"
#include "sync/server/store/sqlite/schema.h"
#include "sync/server/store/sqlite/sqlite_database.h"
#include "sync/server/store/upkeep/store_file.h"

namespace sparekey::sync {
namespace {

constexpr Script kOneFile("PRAGMA journal_mode = DELETE");

core::Result<StoreAddress> existing(const std::string& address) {
    SPAREKEY_TRY(const StoreAddress where, StoreAddress::parse(address));
    if (where.kind == StoreAddress::Kind::sqlite && !exists(where.where)) {
        return core::unexpected(core::ErrorCode::not_found, "there is no store " + where.where);
    }
    return where;
}

/// A snapshot of any database, as a SQLite store file.
void export_to(Database& source, const std::string& path) {
    SqliteSession target(path, Access::read_write);
    migrate_sqlite(target);
    {
        SqliteTransaction transaction(target.connection());
        source.read(View::snapshot, [&](Session& session) { copy_rows(session, target); });
        transaction.commit();
    }
    target.connection().execute(kOneFile);
}

core::Result<void> copy_into_file(const std::string& address, const std::string& path) {
    SPAREKEY_TRY(const StoreAddress where, existing(address));
    if (where.kind == StoreAddress::Kind::sqlite) {
        SPAREKEY_TRY(const auto database, SqliteDatabase::open(where.where, Use::visitor));
        database->copy_to(path);
        return {};
    }
    SPAREKEY_TRY(const auto database, open_database(address, Use::visitor));
    export_to(*database, path);
    return {};
}

core::Unexpected not_a_backup(const std::string& path, const std::string& why) {
    return core::unexpected(core::ErrorCode::integrity, path + " is no undamaged backup: " + why,
                            "use another backup");
}

/// The backup as a Session, once it has been verified.
core::Result<std::unique_ptr<SqliteSession>> open_backup(const std::string& path,
                                                         const ContentReader& read) {
    if (!exists(path)) {
        return core::unexpected(core::ErrorCode::not_found, path + " does not exist");
    }
    try {
        auto session = std::make_unique<SqliteSession>(path, Access::frozen);
        if (sqlite_schema_version(*session) == 0) return not_a_backup(path, "another file");
        const auto verified = verify_rows(*session, read);
        if (!verified && !SPAREKEY_LEFT_OUT("restore-verifies")) {
            return not_a_backup(path, verified.error().message);
        }
        return session;
    } catch (const StoreDamaged& failure) {
        return not_a_backup(path, failure.what());
    }
}

core::Result<Restored> restore_file(SqliteSession& backup, const std::string& path) {
    SPAREKEY_TRY(const StoreLock lock, StoreLock::take(path, Use::alone));
    const std::string fresh = path + ".restoring";
    remove_store_file(fresh);
    SPAREKEY_TRY(NewStoreFile file, NewStoreFile::create(fresh));
    backup.connection().copy_to(fresh);
    {
        SqliteSession session(fresh, Access::read_write);
        migrate_sqlite(session);
        session.connection().execute(kOneFile);
    }
    file.keep();
    return Restored{put_in_place(fresh, path)};
}

/// Copies and compares in one transaction of the target: it is kept only if nothing differs.
core::Result<Contents> copy_checked(Session& from, Database& to, bool replace) {
    const Contents original = contents_of(from);
    core::Result<Contents> result = Contents{};
    to.write([&](Session& session) {
        if (replace) empty_tables(session);
        if (!contents_of(session).is_empty() && !SPAREKEY_LEFT_OUT("migrate-empty-target")) {
            result = core::unexpected(core::ErrorCode::conflict, "the target is not empty",
                                      "name an empty database");
            return Decision::undo;
        }
        copy_rows(from, session);
        const Contents copied = contents_of(session);
        if (copied != original && !SPAREKEY_LEFT_OUT("migrate-compares")) {
            result = core::unexpected(core::ErrorCode::integrity,
                                      "the copy differs from the original; it was not kept");
            return Decision::undo;
        }
        result = copied;
        return Decision::keep;
    });
    return result;
}

}  // namespace

core::Result<void> backup_store(const std::string& address, const std::string& path) {
    SPAREKEY_CHECK(existing(address));
    SPAREKEY_TRY(NewStoreFile file, NewStoreFile::create(path));
    SPAREKEY_CHECK(copy_into_file(address, path));
    file.keep();
    return {};
}

core::Result<Restored> restore_store(const std::string& path, const std::string& address,
                                     const ContentReader& read) {
    SPAREKEY_TRY(const StoreAddress where, StoreAddress::parse(address));
    SPAREKEY_TRY(const auto backup, open_backup(path, read));
    if (where.kind == StoreAddress::Kind::sqlite) return restore_file(*backup, where.where);
    SPAREKEY_TRY(const auto database, open_database(address, Use::alone));
    SPAREKEY_TRY([[maybe_unused]] const Contents copied, copy_checked(*backup, *database, true));
    return Restored{};
}

core::Result<Verified> verify_address(const std::string& address, const ContentReader& read) {
    SPAREKEY_CHECK(existing(address));
    try {
        SPAREKEY_TRY(const auto database, open_database(address, Use::visitor));
        return verify_store(*database, read);
    } catch (const StoreDamaged& failure) {
        return core::unexpected(core::ErrorCode::integrity, failure.what(), "restore a backup");
    }
}

core::Result<Contents> migrate_store(const std::string& from, const std::string& to) {
    SPAREKEY_CHECK(existing(from));
    SPAREKEY_TRY(const auto source, open_database(from, Use::alone));
    SPAREKEY_TRY(const auto target, open_database(to, Use::alone));
    core::Result<Contents> result = Contents{};
    source->read(View::snapshot,
                 [&](Session& session) { result = copy_checked(session, *target, false); });
    return result;
}

}  // namespace sparekey::sync
