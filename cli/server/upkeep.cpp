// backup, restore, verify, migrate
#include "cli/counted.h"
#include "cli/server/commands.h"
#include "sync/server/service/commit_reader.h"
#include "sync/server/store/upkeep/backup.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace sparekey::cli::server {
namespace {

void print(Session& session, const boost::json::object& figures, const std::string& text) {
    if (session.options().json) {
        session.out().raw(boost::json::serialize(figures) + "\n");
    } else {
        session.out().line(text);
    }
}

}  // namespace

core::Result<void> backup(Session& session, const Given& given) {
    SPAREKEY_TRY(const sync::ServerConfig config, session.config());
    const std::string& path = given.at("DEST");
    SPAREKEY_CHECK(sync::backup_store(config.store, path));
    print(session, {{"backup", path}}, "the store is in " + path);
    return {};
}

core::Result<void> restore(Session& session, const Given& given) {
    SPAREKEY_TRY(const sync::ServerConfig config, session.config());
    const std::string& path = given.at("SRC");
    SPAREKEY_CHECK(session.confirm("Put " + path + " in the place of the store?"));
    SPAREKEY_TRY(const sync::Restored restored,
                 sync::restore_store(path, config.store, sync::content_reader()));
    const auto& before = restored.before;
    print(
        session, {{"restored", path}, {"before", before ? boost::json::value(*before) : nullptr}},
        path + " is the store now" + (before ? "; what was there before lies in " + *before : ""));
    return {};
}

core::Result<void> verify(Session& session, const Given&) {
    SPAREKEY_TRY(const sync::ServerConfig config, session.config());
    SPAREKEY_TRY(const sync::Verified found,
                 sync::verify_address(config.store, sync::content_reader()));
    print(session,
          {{"accounts", found.accounts},
           {"commits", found.commits},
           {"records", found.records},
           {"audit_lines", found.audit_lines}},
          counted(found.accounts, "account") + ", " + counted(found.commits, "commit") + ", " +
              counted(found.records, "record") + " and " +
              counted(found.audit_lines, "audit line") + " are as they were written");
    return {};
}

core::Result<void> migrate(Session& session, const Given& given) {
    SPAREKEY_TRY(const sync::ServerConfig config, session.config());
    SPAREKEY_TRY(const sync::Contents contents,
                 sync::migrate_store(config.store, given.at("--to")));
    std::uint64_t rows = 0;
    for (const auto& [table, count] : contents.rows) rows += count;
    print(session, {{"rows", rows}, {"digest", core::to_hex(contents.digest)}},
          counted(rows, "row") + (rows == 1 ? " is" : " are") +
              " there, and the same; set `store` in the configuration");
    return {};
}

}  // namespace sparekey::cli::server
