#include "tests/sync/store/answers.h"

#include "core/crypto/hash.h"

#include <algorithm>
#include <sstream>

namespace sparekey::tests {
namespace {

using namespace sync;

std::string short_hex(core::ByteView bytes) {
    return core::to_hex(bytes.first(std::min<std::size_t>(bytes.size(), 6)));
}

std::string digest(core::ByteView bytes) {
    return std::to_string(bytes.size()) + ":" + short_hex(core::sha256(bytes));
}

void tell(std::ostream& out, const AuditHead& head) {
    out << " audit " << head.n << '/' << short_hex(head.hash);
}

void tell(std::ostream& out, const Change& change) {
    out << "\n  record " << change.id.text() << " v" << change.version << ' '
        << short_hex(change.hash) << ' ' << (change.blob ? digest(*change.blob) : "removed");
}

void tell_account(std::ostream& out, const Account& one) {
    out << "\naccount " << one.created_ms << ' ' << one.head << '/' << short_hex(one.head_hash)
        << " roster " << digest(one.roster) << ' ' << digest(one.slots) << ' '
        << digest(one.keyring) << " usage " << one.usage.records << ' ' << one.usage.bytes;
}

void tell_devices(std::ostream& out, const std::vector<Device>& devices) {
    for (const Device& one : devices) {
        out << "\ndevice " << one.id.text() << ' ' << short_hex(one.key) << ' '
            << short_hex(one.receiving_key) << ' ' << one.added_ms << ' ' << one.last_seen_ms << ' '
            << (one.revoked_ms ? std::to_string(*one.revoked_ms) : "listed");
    }
}

void tell_identities(std::ostream& out, std::vector<Identity> identities) {
    std::sort(identities.begin(), identities.end(),
              [](const Identity& a, const Identity& b) { return a.key < b.key; });
    for (const Identity& one : identities) {
        out << "\nidentity " << one.key.issuer << '#' << one.key.subject << ' ' << one.provider
            << ' ' << one.display << ' ' << one.linked_ms << ' ' << one.last_login_ms;
    }
}

void tell_pages(std::ostream& out, Store& store, const AccountId& id, std::size_t page_bytes) {
    for (std::uint64_t after = 0;;) {
        const auto page = store.pull(id, after, page_bytes);
        if (!page || page->commits.empty()) break;
        out << "\npage at " << page->head << '/' << short_hex(page->head_hash) << " keys "
            << digest(page->slots) << ' ' << digest(page->keyring);
        tell(out, page->audit);
        for (const auto& one : page->commits) {
            out << "\n  commit " << one.n << ' ' << short_hex(one.hash) << ' ' << digest(one.bytes);
        }
        for (const Change& change : page->blobs) tell(out, change);
        after = page->commits.back().n;
    }
}

void tell_snapshot(std::ostream& out, Store& store, const AccountId& id, std::size_t page_bytes) {
    std::optional<RecordId> after;
    for (bool more = true; more;) {
        const auto page = store.snapshot(id, after, page_bytes);
        if (!page) break;
        out << "\nsnapshot at " << page->head << (page->more ? " and more" : "");
        for (const Change& change : page->records) tell(out, change);
        more = page->more;
        if (more) after = page->records.back().id;
    }
}

}  // namespace

std::string text_of(const PushOutcome& outcome) {
    std::ostringstream out;
    if (!outcome.pushed) out << "refused " << static_cast<int>(outcome.refusal);
    if (outcome.pushed) {
        out << "pushed " << outcome.pushed->n << '/' << short_hex(outcome.pushed->hash)
            << (outcome.pushed->repeated ? " again" : "");
        tell(out, outcome.pushed->audit);
    }
    out << " head " << outcome.head << '/' << short_hex(outcome.head_hash);
    return out.str();
}

std::string everything_of(Store& store, const AccountId& id, std::size_t page_bytes) {
    std::ostringstream out;
    if (const auto account = store.account(id)) tell_account(out, *account);
    tell_devices(out, store.devices(id));
    tell_identities(out, store.identities(id));
    tell_pages(out, store, id, page_bytes);
    tell_snapshot(out, store, id, page_bytes);
    out << text_of(store.audit(id, 0, 1000));
    return out.str();
}

std::string text_of(const std::optional<Ticket>& ticket) {
    if (!ticket) return "no ticket";
    std::ostringstream out;
    out << "ticket " << static_cast<int>(ticket->kind) << ' ' << short_hex(ticket->key) << ' '
        << ticket->expires_ms << ' ' << (ticket->account ? ticket->account->text() : "-") << ' '
        << (ticket->device ? ticket->device->text() : "-") << ' ' << core::to_hex(ticket->state)
        << ' ' << ticket->revision;
    return out.str();
}

std::string text_of(const core::Result<void>& result) {
    return result ? "done" : std::string(core::code_name(result.error().code));
}

std::string text_of(const std::vector<AuditLine>& lines) {
    std::ostringstream out;
    for (const AuditLine& line : lines) {
        out << "\nline " << line.n << ' ' << short_hex(line.hash) << ' ' << short_hex(line.previous)
            << ' ' << line.entry.at_ms << ' ' << line.entry.action << ' ' << line.entry.actor << ' '
            << line.entry.address << ' ' << line.entry.detail;
    }
    return out.str();
}

}  // namespace sparekey::tests
