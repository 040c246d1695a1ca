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

/// Columns 1 to 3: id, version, hash.
Statement& bind_account(Statement& row, const core::RecordId& id,
                        const std::optional<core::AccountRecord>& account) {
    row.bind(1, core::ByteView(id.bytes));
    if (!account) return row.bind(2, std::int64_t{0}).bind_null(3);
    return row.bind(2, static_cast<std::int64_t>(account->version))
        .bind(3, core::ByteView(account->blob));
}

}  // namespace

Differences::Differences(Database& database, const StateRows& states)
    : database_(database),
      states_(states),
      // A record that is not here yet is not the account's either, or it would be known already.
      remember_(database,
                "INSERT INTO differences(id, version, hash, unsent) VALUES(?1, ?2, ?3, 1) "
                "ON CONFLICT(id) DO UPDATE SET unsent = 1"),
      forget_unknown_(database, "DELETE FROM differences WHERE id = ?1 AND version = 0"),
      bury_(database,
            "INSERT OR REPLACE INTO removed(id, parent, version, blob) "
            "SELECT id, parent, ?1, blob FROM records WHERE seq = ?2 AND id = ?3"),
      unbury_(database, "DELETE FROM removed WHERE id = ?1"),
      set_(database,
           "INSERT OR REPLACE INTO differences(id, version, hash, unsent) "
           "VALUES(?1, ?2, ?3, ?4)"),
      clear_(database, "DELETE FROM differences WHERE id = ?1"),
      find_(database, "SELECT id, version, hash, unsent FROM differences WHERE id = ?1") {
    learn();
}

void Differences::learn() {
    kept_ = states_.has("account");
}

void Differences::changed_here(const core::RecordId& id, const std::optional<StoredLeaf>& here) {
    std::optional<core::AccountRecord> account;
    if (here) account = {here->leaf.version, here->leaf.blob};
    bind_account(remember_, id, account).run();
    unbury_.bind(1, core::ByteView(id.bytes)).run();
}

void Differences::removed_here(const StoredLeaf& here) {
    const core::RecordId& id = here.leaf.id;
    changed_here(id, here);
    forget_unknown_.bind(1, core::ByteView(id.bytes)).run();
    bury_.bind(1, static_cast<std::int64_t>(here.leaf.version))
        .bind(2, here.seq)
        .bind(3, core::ByteView(id.bytes))
        .run();
}

void Differences::forget_removed() {
    database_.execute("DELETE FROM removed WHERE id NOT IN (SELECT id FROM differences)");
}

void Differences::set(const core::Difference& difference) {
    bind_account(set_, difference.id, difference.account)
        .bind(4, std::int64_t{difference.unsent ? 1 : 0})
        .run();
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
