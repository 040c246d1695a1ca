#include "cli/access/local_replica.h"

#include "cli/access/exposure.h"
#include "core/base/mutant.h"
#include "core/codec/codec.h"
#include "core/replica/kept_commits.h"
#include "core/replica/snapshot.h"
#include "sync/protocol/assertion.h"

#include <algorithm>
#include <utility>

namespace sparekey::cli {

using core::Result;

LocalReplica::LocalReplica(core::Vault& vault, storage::OpenedFolder& folder,
                           std::shared_ptr<core::AccountTree> tree)
    : vault_(vault), folder_(folder), tree_(std::move(tree)) {}

core::ReplicaContext LocalReplica::context() {
    return {vault_.id(),
            folder_.vault_key(),
            vault_.device(),
            folder_.device_secrets(),
            folder_.keyring(),
            vault_.sealer(),
            folder_.store(),
            *tree_,
            {encode(core::AccountSlots::of(folder_.key_slots())), folder_.store().keyring()},
            vault_.clock(),
            vault_.random()};
}

Result<void> LocalReplica::change(const std::function<void(core::AccountState&)>& change) {
    SPAREKEY_TRY(core::AccountState state, core::require_account(folder_.store()));
    change(state);
    const auto transaction = folder_.store().begin_sync();
    transaction->put_state(core::kAccountKey, encode(state));
    transaction->commit();
    // No record was touched.
    tree_->follow(folder_.store());
    return {};
}

Result<std::optional<sync::Membership>> LocalReplica::membership() {
    SPAREKEY_TRY(auto state, core::read_account(folder_.store()));
    if (!state) return std::optional<sync::Membership>();
    SPAREKEY_TRY(const core::ChainHead head, core::chain_head(vault_.id(), *state));
    SPAREKEY_TRY(const auto told, core::read_audit_mark(folder_.store()));
    return std::optional(
        sync::Membership{vault_.id(), vault_.device(), state->stage, std::move(state->origin),
                         head.at, head.roster.generation, folder_.store().unsent_count(),
                         state->audit, synced_ms_.value_or(state->synced_ms), head.time_ms,
                         std::move(state->devices), std::move(state->identities), told});
}

Result<std::string> LocalReplica::assertion() {
    SPAREKEY_TRY(const core::AccountState state, core::require_account(folder_.store()));
    return sync::make_assertion(vault_.id(), vault_.device(), state.origin,
                                folder_.device_secrets().signing.expose(), vault_.clock().now_ms(),
                                vault_.random());
}

Result<core::SecretText> LocalReplica::kept_token() {
    SPAREKEY_TRY(const core::AccountState state, core::require_account(folder_.store()));
    const bool is_good =
        vault_.clock().now_ms() < token_.until_ms &&
        (state.origin == token_.origin || SPAREKEY_LEFT_OUT("token-of-another-server"));
    return is_good ? token_.text.clone() : core::SecretText();
}

Result<void> LocalReplica::keep_token(const core::SecretText& token,
                                      std::chrono::seconds lifetime) {
    SPAREKEY_TRY(core::AccountState state, core::require_account(folder_.store()));
    // Not one that runs out on its way.
    constexpr std::chrono::seconds kMargin{30};
    const std::chrono::milliseconds good =
        std::clamp(lifetime, kMargin, sync::kLongestTokenLifetime) - kMargin;
    token_ = {token.clone(), std::move(state.origin),
              vault_.clock().now_ms() + static_cast<std::uint64_t>(good.count())};
    return {};
}

Result<void> LocalReplica::found_account(const std::string& origin,
                                         const std::string& device_name) {
    return core::found_account(context(), origin, device_name);
}

Result<void> LocalReplica::abandon_account() {
    if (!SPAREKEY_LEFT_OUT("token-of-another-server")) token_ = {};
    return core::abandon_account(folder_.store());
}

Result<std::optional<core::PushRequest>> LocalReplica::next_push(const core::RosterWish& wish) {
    // What the account has changed and could not be written here would be sent as it was before.
    SPAREKEY_CHECK(folder_.take_account_keys(vault_.random()));
    return core::next_push(context(), wish);
}

Result<std::optional<core::ShownExposure>> LocalReplica::exposure() {
    SPAREKEY_TRY(const auto exposure, core::read_exposure(folder_.store()));
    if (!exposure) return std::optional<core::ShownExposure>();
    SPAREKEY_TRY(const core::ExposureStage stage, core::exposure_stage(folder_.store(), *exposure));
    return std::optional(
        core::ShownExposure{stage, exposure->told, shown_items(vault_, exposure->items)});
}

Result<void> LocalReplica::exposure_told() {
    SPAREKEY_CHECK(core::note_exposure_told(folder_.store()));
    tree_->follow(folder_.store());
    return {};
}

Result<void> LocalReplica::settle(const core::PushAnswer& answer) {
    const auto settled = core::settle_push(context(), answer);
    // It may have been a rotation.
    SPAREKEY_CHECK(folder_.take_account_keys(vault_.random()));
    return settled;
}

Result<void> LocalReplica::withdraw() {
    core::withdraw_push(folder_.store());
    return {};
}

Result<core::Applied> LocalReplica::apply(const core::PullPage& page,
                                          const core::Permissions& permissions,
                                          const core::Toll& toll) {
    SPAREKEY_TRY(core::Applied applied, core::apply_page(context(), page, permissions, toll));
    // Its roster may have brought another keyring and other slots.
    SPAREKEY_CHECK(folder_.take_account_keys(vault_.random()));
    return applied;
}

Result<core::Foreseen> LocalReplica::foresee(const core::PullPage& page, core::ByteView so_far) {
    return core::foresee_page(context(), page, so_far);
}

Result<core::SnapshotTaken> LocalReplica::apply_snapshot(const core::SnapshotPage& page, bool first,
                                                         const core::Permissions& permissions,
                                                         const core::Toll& toll) {
    return core::apply_snapshot(context(), page, first, permissions, toll);
}

Result<std::uint64_t> LocalReplica::foresee_snapshot(const core::SnapshotPage& page) {
    return core::foresee_snapshot(context(), page);
}

Result<std::optional<core::PushRequest>> LocalReplica::kept_push(const core::ChainPoint& after) {
    return core::kept_push(context(), after);
}

Result<void> LocalReplica::settle_kept(const core::PushAnswer& answer) {
    SPAREKEY_CHECK(core::settle_kept(folder_.store(), answer));
    tree_->follow(folder_.store());
    return {};
}

Result<core::ReseedStep> LocalReplica::reseed(const core::PullPage& page, bool first) {
    SPAREKEY_TRY(core::ReseedStep step, core::reseed_page(context(), page, first));
    // Its rosters may have brought another keyring and other slots.
    SPAREKEY_CHECK(folder_.take_account_keys(vault_.random()));
    return step;
}

Result<void> LocalReplica::synced(std::uint64_t now_ms) {
    constexpr std::uint64_t kLongestDelay_ms = 60'000;  // of who goes on syncing
    if (!synced_ms_) unwritten_since_ms_ = now_ms;
    synced_ms_ = now_ms;
    const bool waits = delays_synced_ && now_ms - unwritten_since_ms_ < kLongestDelay_ms;
    return waits ? Result<void>() : write_synced();
}

Result<void> LocalReplica::write_synced() {
    if (!synced_ms_) return {};
    const std::uint64_t at = *std::exchange(synced_ms_, std::nullopt);
    return change([&](core::AccountState& state) { state.synced_ms = at; });
}

Result<void> LocalReplica::audit_told(const core::AuditMark& mark) {
    const auto transaction = folder_.store().begin_sync();
    put_audit_mark(mark, *transaction);
    transaction->commit();
    tree_->follow(folder_.store());
    return {};
}

Result<void> LocalReplica::remember_identities(std::vector<core::LinkedIdentity> identities) {
    return change([&](core::AccountState& state) { state.identities = std::move(identities); });
}

Result<core::ApprovalAnswer> LocalReplica::approve(const core::Enrolment& enrolment,
                                                   const std::string& typed) {
    SPAREKEY_TRY(const core::AccountState state, core::require_account(folder_.store()));
    SPAREKEY_TRY(const core::ChainHead head, core::chain_head(vault_.id(), state));
    if (enrolment.vault != vault_.id() || enrolment.origin != state.origin) {
        return core::unexpected(core::ErrorCode::refused, "it joins another account");
    }
    const core::ApprovingMember member{vault_.device(), folder_.device_secrets().signing.expose(),
                                       head.at};
    return core::approve(enrolment, typed, folder_.keyring().secret_key, member, vault_.random());
}

Result<void> LocalReplica::leave() {
    token_ = {};
    return change([](core::AccountState& state) { state.stage = core::AccountStage::left; });
}

Result<void> LocalReplica::rejoin(const std::string& device_name) {
    SPAREKEY_TRY(const core::AccountState present, core::require_account(folder_.store()));
    if (present.stage != core::AccountStage::left) return {};
    const bool is_reseeding = folder_.store().state(core::kReseedKey).has_value();
    // It may have left before its first snapshot was whole.
    SPAREKEY_TRY(const core::ChainHead head, core::chain_head(vault_.id(), present));
    tree_->read(folder_.store());
    const bool is_whole = tree_->root() == head.state_root;
    return change([&](core::AccountState& state) {
        state.stage = is_reseeding ? core::AccountStage::reseeding
                      : is_whole   ? core::AccountStage::in_use
                                   : core::AccountStage::joining;
        if (!device_name.empty()) state.device_name = device_name;
    });
}

}  // namespace sparekey::cli
