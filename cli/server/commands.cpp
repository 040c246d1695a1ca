#include "cli/server/commands.h"

namespace sparekey::cli::server {

const std::vector<Command>& commands() {
    static const std::vector<Command> table = {
        {"serve", "runs the server in the foreground", {}, serve},
        {"check", "says what is wrong with the configuration, with its line", {}, check},
        {"backup",
         "writes a consistent copy of the store into one file, while the server runs",
         {{"DEST", "", "the file, which must not exist"}},
         backup},
        {"restore", "puts a backup in the store's place", {{"SRC", "", "the backup"}}, restore},
        {"verify",
         "holds every blob, commit and audit line against its hash, devices against the roster in "
         "force, logins against the directory",
         {},
         verify},
        {"migrate",
         "moves everything into another store, and compares afterwards",
         {{"--to", "URI", "sqlite:/PATH or postgresql://…; must be empty", true}},
         migrate},
        {"invite",
         "makes an invitation for a new account",
         {{"--uses", "N", "how many accounts it is good for (1)"},
          {"--expires", "TIME", "how long it is good: 30m, 12h, 7d, at most 3660d (7d)"}},
         invite},
        {"accounts", "lists the accounts and what they use", {}, accounts},
        {"audit",
         "prints the audit log as JSON lines",
         {{"--since", "TIME", "RFC 3339, or an age such as 12h or 7d"},
          {"--verify", "", "walks the chains and says whether they hold"}},
         audit},
    };
    return table;
}

}  // namespace sparekey::cli::server
