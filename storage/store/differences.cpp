#include "storage/store/differences.h"

#include "storage/store/id_rows.h"

namespace sparekey::storage {
namespace {

/// Columns id, version, hash, unsent; version 0: the account has no such record.
core::Difference difference_of(const Statement& row) {
    const core::ByteView hash = row.bytes(2);
    core::Difference difference;
    difference.id = read_id(row);
    difference.unsent = row.integer(3) != 0;
    if (row.integer(1) == 0) return difference;
    core::AccountRecord& account = difference.account.emplace();
    if (hash.size() != account.blob.size()) {
        throw CorruptDatabase("vault.db: a hash has a wrong size");
    }
    account.version = static_cast<std::uint64_t>(row.integer(1));
    std::copy(hash.begin(), hash.end(), account.blob.begin());
    return difference;
}

}  // namespace

Differences::Differences(Database& database)
    : database_(database),
      // A record that is not here yet is not the account's either, or it would be known already.
      remember_(database,
                "INSERT INTO differences(id, version, hash, unsent) "
                "VALUES(?1, coalesce((SELECT version FROM record_ids WHERE id = ?1), 0), "
                "(SELECT hash FROM record_ids WHERE id = ?1), 1) "
                "ON CONFLICT(id) DO UPDATE SET unsent = 1"),
      forget_unknown_(database, "DELETE FROM differences WHERE id = ?1 AND version = 0"),
      bury_(database,
            "INSERT OR REPLACE INTO removed(id, parent, version, blob) "
            "SELECT record_ids.id, records.parent, record_ids.version, records.blob "
            "FROM record_ids JOIN records ON records.seq = record_ids.seq "
            "WHERE record_ids.id = ?1"),
      unbury_(database, "DELETE FROM removed WHERE id = ?1"),
      set_(database,
           "INSERT OR REPLACE INTO differences(id, version, hash, unsent) "
           "VALUES(?1, ?2, ?3, ?4)"),
      clear_(database, "DELETE FROM differences WHERE id = ?1"),
      find_(database, "SELECT id, version, hash, unsent FROM differences WHERE id = ?1"),
      has_account_(database, "SELECT 1 FROM state WHERE key = 'account'") {
    learn();
}

void Differences::learn() {
    kept_ = has_account_.step();
    has_account_.reset();
}

void Differences::changed_here(const core::RecordId& id) {
    remember_.bind(1, core::ByteView(id.bytes)).run();
    unbury_.bind(1, core::ByteView(id.bytes)).run();
}

void Differences::removed_here(const core::RecordId& id) {
    changed_here(id);
    forget_unknown_.bind(1, core::ByteView(id.bytes)).run();
    bury_.bind(1, core::ByteView(id.bytes)).run();
}

void Differences::forget_removed() {
    database_.execute("DELETE FROM removed WHERE id NOT IN (SELECT id FROM differences)");
}

void Differences::set(const core::Difference& difference) {
    set_.bind(1, core::ByteView(difference.id.bytes));
    if (difference.account) {
        set_.bind(2, static_cast<std::int64_t>(difference.account->version))
            .bind(3, core::ByteView(difference.account->blob));
    } else {
        set_.bind(2, std::int64_t{0}).bind_null(3);
    }
    set_.bind(4, std::int64_t{difference.unsent ? 1 : 0}).run();
}

void Differences::clear(const core::RecordId& id) {
    clear_.bind(1, core::ByteView(id.bytes)).run();
    unbury_.bind(1, core::ByteView(id.bytes)).run();
}

void Differences::fill() {
    database_.execute(
        "INSERT OR REPLACE INTO differences(id, version, hash, unsent) "
        "SELECT id, 0, NULL, 1 FROM record_ids");
}

void Differences::empty() {
    database_.execute("DELETE FROM differences; DELETE FROM removed");
}

std::optional<core::Difference> Differences::find(const core::RecordId& id) {
    find_.bind(1, core::ByteView(id.bytes));
    std::optional<core::Difference> found;
    if (find_.step()) found = difference_of(find_);
    find_.reset();
    return found;
}

void Differences::each(const std::function<bool(const core::Difference&)>& visit) {
    Statement rows(database_, "SELECT id, version, hash, unsent FROM differences ORDER BY id");
    while (rows.step()) {
        if (!visit(difference_of(rows))) return;
    }
}

std::vector<core::RecordId> Differences::parents_of_removed() {
    Statement rows(database_,
                   "SELECT DISTINCT parent FROM removed WHERE parent IS NOT NULL ORDER BY parent");
    return read_ids(rows);
}

std::vector<core::RecordBlob> Differences::removed_parts(const core::RecordId& parent) {
    Statement rows(database_,
                   "SELECT id, version, blob FROM removed WHERE parent = ?1 ORDER BY id");
    rows.bind(1, core::ByteView(parent.bytes));
    std::vector<core::RecordBlob> parts;
    while (rows.step()) {
        const core::ByteView blob = rows.bytes(2);
        parts.push_back({read_id(rows), static_cast<std::uint64_t>(rows.integer(1)),
                         core::Bytes(blob.begin(), blob.end())});
    }
    return parts;
}

std::size_t Differences::unsent() {
    Statement count(database_, "SELECT count(*) FROM differences WHERE unsent = 1");
    return count.step() ? static_cast<std::size_t>(count.integer(0)) : 0;
}

}  // namespace sparekey::storage
