#include "sync/server/store/sql/accounts.h"

namespace sparekey::sync {
namespace {

constexpr Query kLock("SELECT head, head_hash, records, bytes FROM accounts WHERE id = $1",
                      "SELECT head, head_hash, records, bytes FROM accounts WHERE id = $1 "
                      "FOR UPDATE");
constexpr Query kAccountHead("SELECT head, head_hash, records, bytes FROM accounts WHERE id = $1");
constexpr Query kAccount(
    "SELECT a.id, a.created_ms, a.head, a.head_hash, a.records, a.bytes, "
    "r.roster, r.slots, r.keyring "
    "FROM accounts a LEFT JOIN rosters r ON r.account = a.id WHERE a.id = $1");
constexpr Query kAccounts(
    "SELECT id, created_ms, head, head_hash, records, bytes FROM accounts ORDER BY id");

std::optional<AccountHead> head_of(const Answer& answer) {
    const Row* const row = answer.first();
    if (row == nullptr) return std::nullopt;
    return AccountHead{row->number(0), row->hash(1), {row->number(2), row->number(3)}};
}

Account account_of_row(const Row& row) {
    Account account;
    account.id = row.id<AccountId>(0);
    account.created_ms = row.number(1);
    account.head = row.number(2);
    account.head_hash = row.hash(3);
    account.usage = {row.number(4), row.number(5)};
    return account;
}

}  // namespace

std::optional<AccountHead> lock_account(Session& session, const AccountId& id) {
    return head_of(session.run(kLock, {bytes(id)}));
}

std::optional<AccountHead> find_head(Session& session, const AccountId& id) {
    return head_of(session.run(kAccountHead, {bytes(id)}));
}

std::optional<Account> find_account(Session& session, const AccountId& id) {
    const Answer found = session.run(kAccount, {bytes(id)});
    const Row* const row = found.first();
    if (row == nullptr) return std::nullopt;
    Account account = account_of_row(*row);
    if (!row->is_null(6)) {
        account.roster = row->bytes(6);
        account.slots = row->bytes(7);
        account.keyring = row->bytes(8);
    }
    return account;
}

std::vector<Account> find_accounts(Session& session) {
    std::vector<Account> accounts;
    for (const Row& row : session.run(kAccounts, {}).rows) accounts.push_back(account_of_row(row));
    return accounts;
}

}  // namespace sparekey::sync
