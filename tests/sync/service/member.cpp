#include "tests/sync/service/member.h"

#include "core/crypto/hash.h"
#include "sync/protocol/assertion.h"
#include "sync/protocol/bodies.h"
#include "sync/protocol/routes.h"

#include <chrono>
#include <stdexcept>

namespace sparekey::tests {
namespace {

constexpr std::size_t kRecords = 8;
constexpr std::size_t kBlob = 400;

std::uint64_t now_ms() {
    using namespace std::chrono;
    const auto since = system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(duration_cast<milliseconds>(since).count());
}

/// The account's first push, as the server itself would store it.
sync::Push founding_of(const TestAccount& account) {
    const core::SignedCommit& first = account.commits().front();
    const core::RosterDevice listed = account.devices().front().listed();
    sync::Device device;
    device.id = listed.id();
    device.key = listed.signing();
    device.receiving_key = listed.box();
    device.added_ms = now_ms();
    device.last_seen_ms = now_ms();
    sync::Push push;
    push.account = account.head().vault;
    push.commit = {1, core::commit_hash(first), core::encode(first)};
    push.quota = {1'000, 1'000'000, 10};
    push.roster = sync::Push::Roster{
        core::encode(*core::decode_commit(first.bytes).value().new_roster), {1}, {2}, {device}};
    push.founding.emplace();
    push.founding->identity = sync::Identity{{"https://id.example", push.account.text()},
                                             "corp",
                                             "alice@example.org",
                                             now_ms(),
                                             now_ms()};
    push.audit = {push.account, now_ms(), "push", device.id.text(), "127.0.0.1", "{\"n\":1}"};
    return push;
}

}  // namespace

Member::Member(sync::Store& store, const RunningServer& server, std::uint64_t seed)
    : random_(seed), account_(random_, server.origin()) {
    for (std::size_t i = 0; i < kRecords; ++i) records_.push_back(core::RecordId::random(random_));
    if (!store.push(founding_of(account_)).pushed) throw std::runtime_error("no account was made");
}

std::string Member::ask_token(const RunningServer& server) {
    const TestDevice& device = account_.devices().front();
    const std::string assertion = sync::make_assertion(vault(), device.id(), server.origin(),
                                                       device.signing.expose(), now_ms(), random_);
    const auto answer = server.post_form(
        std::string(sync::path::kToken),
        "grant_type=" + std::string(sync::kJwtBearerGrant) + "&assertion=" + assertion);
    if (answer.status != 200) throw std::runtime_error("no token: " + answer.body);
    return json_text(answer.body, "access_token");
}

core::Bytes Member::next_push() {
    const core::RecordId& id = records_[random_.below(records_.size())];
    core::Bytes blob(kBlob);
    random_.fill(blob);
    const std::uint64_t version = account_.tree().version(id).value_or(0) + 1;
    sync::PushRequest request;
    request.commit = account_.change({{id, version, core::sha256(blob)}});
    request.blobs.push_back(std::move(blob));
    return core::encode(request);
}

}  // namespace sparekey::tests
