// What somebody opens a store for, which decides who else may have it meanwhile.
#pragma once

namespace sparekey::sync {

enum class Use {
    server,   // serves it; one at a time on SQLite, several on PostgreSQL
    visitor,  // an administrator's command, beside a server or not
    alone     // nobody else holds it or gets it meanwhile: restore, migrate
};

}  // namespace sparekey::sync
