#include "sync/server/store/sqlite/session.h"

namespace sparekey::sync {

Answer SqliteSession::run(const Query& query, std::span<const Value> parameters) {
    auto found = prepared_.find(&query);
    if (found == prepared_.end()) {
        found = prepared_.try_emplace(&query, connection_, query.sqlite).first;
    }
    return found->second.run(parameters);
}

}  // namespace sparekey::sync
