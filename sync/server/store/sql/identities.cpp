#include "core/base/mutant.h"
#include "sync/protocol/framed_hash.h"
#include "sync/server/store/plain_text.h"
#include "sync/server/store/sql/accounts.h"

namespace sparekey::sync {
namespace {

constexpr Query kClaim(
    "INSERT INTO identity_directory(identity, account) VALUES($1, $2) "
    "ON CONFLICT(identity) DO NOTHING");
constexpr Query kOwner("SELECT account FROM identity_directory WHERE identity = $1");
constexpr Query kAdd(
    "INSERT INTO identities(account, identity, issuer, subject, provider, display, linked_ms, "
    "last_login_ms) VALUES($1, $2, $3, $4, $5, $6, $7, $8) "
    "ON CONFLICT(account, identity) DO UPDATE SET provider = excluded.provider, "
    "display = excluded.display");
constexpr Query kIdentitiesOfAccount(
    "SELECT issuer, subject, provider, display, linked_ms, last_login_ms FROM identities "
    "WHERE account = $1 ORDER BY identity");
constexpr Query kRemoveIdentity("DELETE FROM identities WHERE account = $1 AND identity = $2");
constexpr Query kRelease("DELETE FROM identity_directory WHERE identity = $1 AND account = $2");
constexpr Query kLoggedIn(
    "UPDATE identities SET last_login_ms = $3, display = $4 "
    "WHERE account = $1 AND identity = $2");

}  // namespace

Hash directory_key(const IdentityKey& key) {
    return FramedHash().text(key.issuer).text(key.subject).finish();
}

bool is_plain(const IdentityKey& key) {
    return is_plain(key.issuer) && is_plain(key.subject);
}

bool is_plain(const Identity& identity) {
    return is_plain(identity.key) && is_plain(identity.provider);
}

Claim claim_identity(Session& session, const AccountId& id, const Identity& identity) {
    const Hash key = directory_key(identity.key);
    const bool added = session.run(kClaim, {bytes(key), bytes(id)}).changed == 1;
    if (!added && !SPAREKEY_LEFT_OUT("identity-unique")) {
        const Answer owner = session.run(kOwner, {bytes(key)});
        if (owner.first() == nullptr || owner.first()->id<AccountId>(0) != id) return Claim::taken;
    }
    const std::string display = plain_text(identity.display);
    session.run(kAdd, {bytes(id), bytes(key), std::string_view(identity.key.issuer),
                       std::string_view(identity.key.subject), std::string_view(identity.provider),
                       std::string_view(display), ordered(identity.linked_ms),
                       ordered(identity.last_login_ms)});
    return Claim::ours;
}

std::optional<AccountId> find_account_of(Session& session, const IdentityKey& key) {
    const Hash directory = directory_key(key);
    const Answer owner = session.run(kOwner, {bytes(directory)});
    if (owner.first() == nullptr) return std::nullopt;
    return owner.first()->id<AccountId>(0);
}

std::vector<Identity> find_identities(Session& session, const AccountId& id) {
    std::vector<Identity> identities;
    for (const Row& row : session.run(kIdentitiesOfAccount, {bytes(id)}).rows) {
        identities.push_back(
            {{row.text(0), row.text(1)}, row.text(2), row.text(3), row.number(4), row.number(5)});
    }
    return identities;
}

void remove_identity(Session& session, const AccountId& id, const IdentityKey& key) {
    const Hash directory = directory_key(key);
    session.run(kRemoveIdentity, {bytes(id), bytes(directory)});
    session.run(kRelease, {bytes(directory), bytes(id)});
}

void identity_logged_in(Session& session, const IdentityKey& key, std::uint64_t now_ms,
                        std::string_view display) {
    const auto owner = find_account_of(session, key);
    if (!owner) return;
    const Hash directory = directory_key(key);
    const std::string shown = plain_text(display);
    session.run(kLoggedIn,
                {bytes(*owner), bytes(directory), ordered(now_ms), std::string_view(shown)});
}

}  // namespace sparekey::sync
