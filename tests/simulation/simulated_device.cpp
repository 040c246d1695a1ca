#include "tests/simulation/simulated_device.h"

#include "core/codec/codec.h"
#include "core/replica/kept_commits.h"
#include "sync/client/reseed.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

class SimulatedReplica final : public sync::Replica {
  public:
    explicit SimulatedReplica(SimulatedDevice& device) : device_(device) {}

    core::Result<std::optional<sync::Membership>> membership() override {
        SPAREKEY_TRY(auto state, core::read_account(device_.store()));
        if (!state) return std::optional<sync::Membership>();
        SPAREKEY_TRY(const auto head, core::chain_head(device_.vault_id_, *state));
        sync::Membership membership;
        membership.stage = state->stage;
        membership.head = head.at;
        membership.generation = head.roster.generation;
        membership.head_ms = head.time_ms;
        membership.devices = state->devices;
        return std::optional(std::move(membership));
    }
    core::Result<std::string> assertion() override { return std::string(); }
    core::Result<core::SecretText> kept_token() override { return core::SecretText(); }
    core::Result<void> keep_token(const core::SecretText&, std::chrono::seconds) override {
        return {};
    }
    core::Result<void> found_account(const std::string& origin, const std::string& name) override {
        return core::found_account(device_.context(), origin, name);
    }
    core::Result<void> abandon_account() override { return core::abandon_account(device_.store()); }
    core::Result<std::optional<core::PushRequest>> next_push(
        const core::RosterWish& wish) override {
        return core::next_push(device_.context(), wish);
    }
    core::Result<std::optional<core::ShownExposure>> exposure() override {
        SPAREKEY_TRY(const auto exposure, core::read_exposure(device_.store()));
        if (!exposure) return std::optional<core::ShownExposure>();
        SPAREKEY_TRY(const auto stage, core::exposure_stage(device_.store(), *exposure));
        core::ShownExposure shown{stage, exposure->told, {}};
        for (const core::RecordId& id : exposure->items) shown.items.push_back({id, {}});
        return std::optional(std::move(shown));
    }
    core::Result<void> exposure_told() override {
        return core::note_exposure_told(device_.store());
    }
    core::Result<void> settle(const core::PushAnswer& answer) override {
        const auto settled = core::settle_push(device_.context(), answer);
        device_.take_keys();
        return settled;
    }
    core::Result<void> withdraw() override {
        core::withdraw_push(device_.store());
        return {};
    }
    core::Result<core::Applied> apply(const core::PullPage& page,
                                      const core::Permissions& permissions,
                                      const core::Toll& toll) override {
        auto applied = core::apply_page(device_.context(), page, permissions, toll);
        if (applied) device_.take_keys();
        return applied;
    }
    core::Result<core::SnapshotTaken> apply_snapshot(const core::SnapshotPage& page, bool first,
                                                     const core::Permissions& permissions,
                                                     const core::Toll& toll) override {
        return core::apply_snapshot(device_.context(), page, first, permissions, toll);
    }
    core::Result<core::Foreseen> foresee(const core::PullPage& page,
                                         core::ByteView so_far) override {
        return core::foresee_page(device_.context(), page, so_far);
    }
    core::Result<std::uint64_t> foresee_snapshot(const core::SnapshotPage& page) override {
        return core::foresee_snapshot(device_.context(), page);
    }
    core::Result<std::optional<core::PushRequest>> kept_push(
        const core::ChainPoint& after) override {
        return core::kept_push(device_.context(), after);
    }
    core::Result<void> settle_kept(const core::PushAnswer& answer) override {
        return core::settle_kept(device_.store(), answer);
    }
    core::Result<core::ReseedStep> reseed(const core::PullPage& page, bool first) override {
        auto step = core::reseed_page(device_.context(), page, first);
        if (step) device_.take_keys();
        return step;
    }
    core::Result<void> synced(std::uint64_t) override { return {}; }
    core::Result<void> audit_told(const core::AuditMark&) override { return {}; }
    core::Result<void> remember_identities(std::vector<core::LinkedIdentity>) override {
        return {};
    }
    core::Result<core::ApprovalAnswer> approve(const core::Enrolment&,
                                               const std::string&) override {
        return core::unexpected(core::ErrorCode::failed, "not simulated");
    }
    core::Result<void> leave() override { return {}; }
    core::Result<void> rejoin(const std::string&) override { return {}; }

  private:
    SimulatedDevice& device_;
};

SharedKeys::SharedKeys(core::Random& random) : SharedKeys(random, core::VaultId::random(random)) {}

SharedKeys::SharedKeys(core::Random& random, const core::VaultId& of)
    : vault(of), key(core::VaultKey::random(random)) {
    keyring.account.push_back(core::SigningSeed::random(random));
    keyring.epochs.push_back(core::EpochKey::random(random));
    keyring.secret_key = core::SecretBytes::copy_of(random.bytes<core::kSecretKeySize>());
    keyring.recovery_code = core::SecretBytes::copy_of(random.bytes<core::kSecretKeySize>());
    keyring.id_key = core::IdKey::random(random);
    slots.vault = vault;
    slots.policy = core::kKdfFloor;
    auto slot =
        core::make_slot(vault, key, 1, {core::SlotKind::recovery, keyring.recovery_code.clone()},
                        keyring.secret_key, {}, 1, random);
    REQUIRE(slot);
    slots.slots.push_back(*std::move(slot));
    sealed_keyring = core::seal_keyring(key, vault, 1, keyring, random);
}

SimulatedDevice::SimulatedDevice(const SharedKeys& keys, std::string name,
                                 const std::uint64_t* time_ms, SimulatedServer& server,
                                 SeededRandom& random, bool on_file)
    : vault_id_(keys.vault),
      name_(std::move(name)),
      random_(random),
      server_(server),
      secrets_{core::DatabaseKey::random(random), core::SigningSeed::random(random),
               core::BoxSeed::random(random)},
      id_(secrets_.device()),
      file_(std::make_shared<const KeyFile>(KeyFile{keys.key.clone(), keys.slots})),
      network_(server, id_, random) {
    clock_.time_ms = time_ms;
    if (on_file) {
        mirror_ = std::make_unique<MirroredRecords>(records_, vault_id_, secrets_.database,
                                                    keys.sealed_keyring);
    }
    {
        const auto transaction = store().begin_sync();
        transaction->put_state(core::kKeyringKey, keys.sealed_keyring);
        transaction->commit();
    }
    restart();
}

SimulatedDevice::~SimulatedDevice() = default;

core::SyncStore& SimulatedDevice::store() {
    if (mirror_) return *mirror_;
    return records_;
}

core::Bytes SimulatedDevice::sealed_keyring() {
    return store().state(core::kKeyringKey).value();
}

void SimulatedDevice::take_keys() {
    auto due = core::due_keys(store(), id(), secrets_.box.expose(), generation());
    REQUIRE(due);
    if (*due) {
        core::VaultKey key = (*due)->key ? std::move(*(*due)->key) : file_->key.clone();
        if (records_.crash_in && random_.coin()) throw Crash{};
        file_ = std::make_shared<const KeyFile>(KeyFile{std::move(key), std::move((*due)->slots)});
        // Not in the assertion: it may end in the middle.
        const auto settled = core::settle_due_keys(store(), generation());
        REQUIRE(settled);
    }
    auto keyring = core::open_keyring(file_->key, vault_id_, generation(), sealed_keyring());
    REQUIRE(keyring);
    keyring_ = *std::move(keyring);
}

void SimulatedDevice::restart() {
    tree_.forget();
    records_.crash_in.reset();
    if (mirror_) mirror_->restart();
    take_keys();
    vault_ = std::make_unique<core::Vault>(vault_id_, id(), keyring_, store(), clock_, random_);
    replica_ = std::make_unique<SimulatedReplica>(*this);
}

void SimulatedDevice::put_back(const Disk& disk) {
    records_.disk = disk.records;
    file_ = disk.keys;
    if (mirror_) mirror_->put_back(*disk.folder);
    restart();
}

sync::Replica& SimulatedDevice::replica() {
    return *replica_;
}

std::shared_ptr<const core::Rotation> SimulatedDevice::new_rotation() {
    const core::RosterParts parts{encode(file_->slots), sealed_keyring()};
    auto rotation =
        core::make_rotation({file_->slots, keyring_, parts}, {}, clock_.now_ms(), random_);
    REQUIRE(rotation);
    return std::make_shared<const core::Rotation>(*std::move(rotation));
}

/// A recovery code lies in the keyring, too, if it is the kit's.
core::KeySlot SimulatedDevice::new_slot(core::SlotKind kind, bool is_kits) {
    core::SecretBytes secret = core::SecretBytes::copy_of(random_.bytes<32>());
    if (kind == core::SlotKind::recovery) {
        secret = core::SecretBytes::copy_of(random_.bytes<core::kSecretKeySize>());
    }
    if (kind == core::SlotKind::recovery && is_kits) {
        keyring_.recovery_code = secret.clone();
        const auto transaction = store().begin_sync();
        transaction->put_state(
            core::kKeyringKey,
            core::seal_keyring(file_->key, vault_id_, generation(), keyring_, random_));
        transaction->commit();
    }
    auto slot = core::make_slot(vault_id_, file_->key, generation(), {kind, std::move(secret)},
                                keyring_.secret_key, {}, 1, random_);
    REQUIRE(slot);
    return *std::move(slot);
}

void SimulatedDevice::put_slots(core::AccountSlots slots) {
    file_ = std::make_shared<const KeyFile>(KeyFile{file_->key.clone(), std::move(slots)});
}

void SimulatedDevice::replace_slot(core::SlotKind kind) {
    core::KeySlot slot = new_slot(kind, true);
    remove_slots(kind);
    core::AccountSlots slots = file_->slots;
    slots.slots.push_back(std::move(slot));
    put_slots(std::move(slots));
}

void SimulatedDevice::add_slot(core::SlotKind kind) {
    core::AccountSlots slots = file_->slots;
    const bool has_kits = std::ranges::any_of(slots.slots, [](const core::KeySlot& slot) {
        return slot.kind == core::SlotKind::recovery;
    });
    slots.slots.push_back(new_slot(kind, !has_kits));
    put_slots(std::move(slots));
}

void SimulatedDevice::remove_slots(core::SlotKind kind) {
    core::AccountSlots slots = file_->slots;
    std::erase_if(slots.slots, [&](const core::KeySlot& slot) { return slot.kind == kind; });
    put_slots(std::move(slots));
}

SharedKeys SimulatedDevice::keys_of_now() {
    SharedKeys keys;
    keys.vault = vault_id_;
    keys.key = file_->key.clone();
    keys.keyring = *core::open_keyring(file_->key, vault_id_, generation(), sealed_keyring());
    keys.slots = file_->slots;
    keys.sealed_keyring = sealed_keyring();
    return keys;
}

void SimulatedDevice::take_slots_of(const SimulatedDevice& other) {
    put_slots(other.file_->slots);
}

core::ReplicaContext SimulatedDevice::context() {
    return {vault_id_, file_->key, vault_->device(),
            secrets_,  keyring_,   vault_->sealer(),
            store(),   tree_,      {encode(file_->slots), sealed_keyring()},
            clock_,    random_};
}

void SimulatedDevice::found() {
    REQUIRE(replica_->found_account("https://vault.example", name_));
    const auto request = replica_->next_push({});
    REQUIRE(request);
    REQUIRE(request->has_value());
    const auto answer = server_.push(**request);
    REQUIRE(answer);
    REQUIRE(replica_->settle(std::get<core::PushAnswer>(*answer)));
}

core::Result<core::Keyring> SimulatedDevice::open_account() const {
    return core::open_keyring(file_->key, vault_id_, generation(), server_.parts().keyring);
}

bool SimulatedDevice::opens_account() const {
    return open_account().has_value();
}

sync::Join SimulatedDevice::new_join() {
    sync::OpenedVault opened;
    opened.key = file_->key.clone();
    opened.keyring = *open_account();
    opened.slots = *core::decode_account_slots(server_.parts().slots);
    opened.sealed_keyring = server_.parts().keyring;
    opened.head = server_.chain();
    auto join = sync::make_join(opened, {secrets_, name_, clock_.now_ms()}, std::nullopt, random_);
    REQUIRE(join);
    return *std::move(join);
}

void SimulatedDevice::join() {
    const sync::Join join = new_join();
    REQUIRE(server_.push(join.request));
    const auto transaction = store().begin_sync();
    transaction->put_state(core::kAccountKey, encode(join.state));
    core::keep_commit(store(), server_.head().n, join.request, *transaction);
    transaction->commit();
}

void SimulatedDevice::join_again() {
    const sync::Join join = new_join();
    const auto transaction = store().begin_sync();
    core::note_rejoin(core::commit_hash(join.request.commit), *transaction);
    transaction->commit();
    const auto pushed = server_.push(join.request);
    REQUIRE(pushed);
    REQUIRE(std::holds_alternative<core::PushAnswer>(*pushed));
}

sync::SyncOptions SimulatedDevice::options() {
    sync::SyncOptions options;
    options.keep_evidence = [this](const std::string& what, core::ByteView bytes) {
        if (what != "removed-device") return;
        const auto page = core::decode_snapshot_page(bytes);
        REQUIRE(page);
        for (const core::RecordBlob& record : page->records) refused_.insert(record.id);
    };
    return options;
}

std::optional<core::Result<sync::SyncReport>> SimulatedDevice::reseed() try {
    sync::SyncOptions options = this->options();
    options.permissions.mass_deletion = true;
    return sync::reseed(*replica_, network_, clock_, random_, options);
} catch (const Crash&) {
    restart();
    return std::nullopt;
}

std::optional<core::Result<sync::SyncReport>> SimulatedDevice::sync(
    const core::Permissions& permissions, const core::RosterWish& wish) try {
    sync::SyncOptions options = this->options();
    options.permissions = permissions;
    options.wish = wish;
    return sync::synchronize(*replica_, network_, clock_, random_, options);
} catch (const Crash&) {
    restart();
    return std::nullopt;
}

}  // namespace sparekey::tests
