#include "storage/folder/opened_folder.h"

#include "core/base/mutant.h"
#include "core/codec/codec.h"
#include "core/replica/new_keys.h"
#include "storage/folder/lock.h"
#include "storage/folder/unfinished_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace sparekey::storage {
namespace {

void remove_database(const FolderPaths& paths) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        ::unlink((database_path(paths) + suffix).c_str());
    }
    DatabaseDraft::remove_leftover(database_path(paths));
}

std::string key_slots_path(const FolderPaths& paths) {
    return paths.vault + "/keyslots";
}
std::string unfinished_path(const FolderPaths& paths) {
    return paths.vault + "/unfinished";
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

core::Unexpected no_vault(const FolderPaths& paths) {
    return core::unexpected(core::ErrorCode::not_found, "there is no vault in " + paths.vault,
                            "sparekey init makes one");
}

core::Result<FolderPaths> resolve(const FolderPaths& given, Missing missing,
                                  std::vector<std::string>& warnings) {
    auto vault = private_folder(given.vault, missing, warnings);
    if (!vault && vault.error().code == core::ErrorCode::not_found) return no_vault(given);
    if (!vault) return core::unexpected(std::move(vault).error());
    SPAREKEY_TRY(std::string state, private_folder(given.state, Missing::create, warnings));
    return FolderPaths{std::move(*vault), std::move(state)};
}

core::Result<core::KeySlotsFile> read_slots_file(const FolderPaths& paths) {
    auto bytes = read_file(key_slots_path(paths), core::kLargestKeySlotsFile);
    if (bytes) return core::read_key_slots_file(*bytes);
    const bool missing = bytes.error().code == core::ErrorCode::not_found;
    if (missing && exists(unfinished_path(paths))) return no_vault(paths);
    if (missing && exists(database_path(paths))) {
        return core::unexpected(core::ErrorCode::integrity, "keyslots is missing beside vault.db",
                                "restore the vault from a backup (sparekey restore-vault)");
    }
    if (missing) return no_vault(paths);
    return core::unexpected(std::move(bytes).error());
}

core::SecretBytes random_secret(core::Random& random) {
    core::SecretBytes secret(core::kSecretKeySize);
    random.fill(secret.expose_mutable());
    return secret;
}

core::Keyring new_keyring(core::Random& random) {
    core::Keyring keyring;
    keyring.account.push_back(core::SigningSeed::random(random));
    keyring.epochs.push_back(core::EpochKey::random(random));
    keyring.secret_key = random_secret(random);
    keyring.recovery_code = random_secret(random);
    keyring.id_key = core::IdKey::random(random);
    return keyring;
}

/// The cost that a slot is raised to: no less than it has, as far as the ceiling lets both figures
/// grow; else the policy's own pair, which somebody chose.
core::KdfCost raised_cost(const core::KdfCost& present, const core::KdfCost& wanted) {
    const core::KdfCost both = core::at_least(present, wanted);
    return core::within_bounds(both, core::kKdfFloor) ? both : wanted;
}

bool is_below(const core::KdfCost& cost, const core::KdfCost& wanted) {
    return core::at_least(cost, wanted) != cost && raised_cost(cost, wanted) != cost;
}

/// Nothing planted: what SQLite would open by name is looked at first. A rollback journal is never
/// ours, and SQLite would play it into the database.
core::Result<void> require_own_files(const FolderPaths& paths) {
    const std::string database = database_path(paths);
    for (const std::string& path :
         {key_slots_path(paths), database, database + "-wal", paths.state + "/head"}) {
        const File file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
        if (file.is_open()) {
            SPAREKEY_CHECK(require_own_file(file, path));
        } else if (errno != ENOENT) {
            return core::unexpected(core::ErrorCode::integrity, path + " cannot be opened",
                                    "look who put it there before going on");
        }
    }
    ::unlink((database + "-journal").c_str());
    DatabaseDraft::remove_leftover(database);
    return {};
}

}  // namespace

OpenedFolder::~OpenedFolder() = default;

std::string database_path(const FolderPaths& paths) {
    return paths.vault + "/vault.db";
}

core::Result<ClaimedFolder> claim_folder(const FolderPaths& given, std::string_view command) {
    ClaimedFolder claimed;
    SPAREKEY_TRY(claimed.paths, resolve(given, Missing::create, claimed.warnings));
    const FolderPaths& paths = claimed.paths;
    SPAREKEY_TRY(claimed.lock, lock_folder(paths.vault, command));
    const std::string database = database_path(paths);
    const bool leftover = exists(unfinished_path(paths)) && !exists(key_slots_path(paths));
    if (!leftover && (exists(key_slots_path(paths)) || exists(database))) {
        return core::unexpected(core::ErrorCode::conflict,
                                "there is a vault in " + paths.vault + " already",
                                "choose another name with --vault");
    }
    remove_database(paths);
    // Whatever vault had this name before is gone: its head says nothing about the next one.
    ::unlink((paths.state + "/head").c_str());
    replace_file(unfinished_path(paths), {}, Durability::name);
    return claimed;
}

void finish_folder(const FolderPaths& paths) {
    sync_folder(paths.vault);
    ::unlink(unfinished_path(paths).c_str());
    sync_folder(paths.vault);
}

void remove_unfinished(const FolderPaths& paths) {
    remove_database(paths);
    ::unlink((paths.state + "/head").c_str());
    finish_folder(paths);
}

core::Result<bool> vault_exists(const FolderPaths& given, std::vector<std::string>& warnings) {
    const auto paths = resolve(given, Missing::refuse, warnings);
    if (!paths && paths.error().code == core::ErrorCode::not_found) return false;
    if (!paths) return core::unexpected(paths.error());
    if (exists(key_slots_path(*paths))) return true;
    return exists(database_path(*paths)) && !exists(unfinished_path(*paths));
}

core::Result<core::KeySlotsFile> read_key_slots(const FolderPaths& given,
                                                std::vector<std::string>& warnings) {
    SPAREKEY_TRY(const FolderPaths paths, resolve(given, Missing::refuse, warnings));
    return read_slots_file(paths);
}

core::Result<std::unique_ptr<OpenedFolder>> OpenedFolder::create(const FolderPaths& paths,
                                                                 const core::Credential& password,
                                                                 const core::KdfCost& cost,
                                                                 std::uint64_t now_ms,
                                                                 core::Random& random) {
    VaultParts parts;
    parts.key = core::VaultKey::random(random);
    parts.keyring = new_keyring(random);
    parts.device = {core::DatabaseKey::random(random), core::SigningSeed::random(random),
                    core::BoxSeed::random(random)};
    core::KeySlots& slots = parts.slots;
    slots.vault = core::VaultId::random(random);
    slots.policy = cost;
    slots.secret_key = parts.keyring.secret_key.clone();
    const core::Credential recovery{core::SlotKind::recovery, parts.keyring.recovery_code.clone()};
    for (const core::Credential* credential : {&password, &recovery}) {
        SPAREKEY_TRY(core::KeySlot slot,
                     core::make_slot(slots.vault, parts.key, slots.generation, *credential,
                                     slots.secret_key, cost, now_ms, random));
        slots.slots.push_back(std::move(slot));
    }
    parts.opened_by = slots.slots.front().id;
    parts.sealed_keyring =
        core::seal_keyring(parts.key, slots.vault, slots.generation, parts.keyring, random);
    SPAREKEY_TRY(UnfinishedFolder unfinished,
                 UnfinishedFolder::begin(paths, "sparekey init", std::move(parts), random));
    return std::move(unfinished).finish();
}

core::Result<std::unique_ptr<OpenedFolder>> OpenedFolder::open(const FolderPaths& paths,
                                                               const core::Credential& credential,
                                                               const OpenOptions& options,
                                                               std::uint64_t now_ms,
                                                               core::Random& random) {
    std::unique_ptr<OpenedFolder> opened(new OpenedFolder);
    SPAREKEY_TRY(opened->paths_, resolve(paths, Missing::refuse, opened->warnings_));
    SPAREKEY_CHECK(opened->open_keys(credential, options));
    SPAREKEY_CHECK(opened->open_store(options, random));
    opened->raise_slot(credential, now_ms, random);
    return opened;
}

core::Result<std::unique_ptr<OpenedFolder>> OpenedFolder::open(const FolderPaths& paths,
                                                               const core::VaultKey& key,
                                                               const OpenOptions& options,
                                                               core::Random& random) {
    std::unique_ptr<OpenedFolder> opened(new OpenedFolder);
    SPAREKEY_TRY(opened->paths_, resolve(paths, Missing::refuse, opened->warnings_));
    core::KeySlotsFile file;
    SPAREKEY_CHECK(opened->lock_and_read(options, file));
    SPAREKEY_CHECK(core::verify_key_slots_file(file, key));
    SPAREKEY_CHECK(opened->take_keys(key.clone(), std::move(file)));
    SPAREKEY_CHECK(opened->open_store(options, random));
    return opened;
}

/// Another vault's `keyslots`, which has another key, makes a whole database look damaged.
core::Unexpected OpenedFolder::explain(core::Error error) const {
    const auto noted = noted_vault(paths_.state);
    const bool is_foreign = noted && *noted != slots_.vault;
    if (error.code != core::ErrorCode::integrity || !is_foreign) {
        return core::unexpected(std::move(error));
    }
    return core::unexpected(core::ErrorCode::integrity,
                            "keyslots is of another vault than the one that was last used here, "
                            "and does not open vault.db",
                            "put both files back from one backup (sparekey restore-vault)");
}

/// The slow derivation runs without the lock; if keyslots changed meanwhile it runs again under it.
core::Result<void> OpenedFolder::open_keys(const core::Credential& credential,
                                           const OpenOptions& options) {
    SPAREKEY_TRY(core::KeySlotsFile file, read_slots_file(paths_));
    SPAREKEY_TRY(core::OpenedSlot opened, core::open_slots(file.slots, credential));
    core::KeySlotsFile current;
    SPAREKEY_CHECK(lock_and_read(options, current));
    if (current.body != file.body) {
        SPAREKEY_TRY(opened, core::open_slots(current.slots, credential));
    }
    SPAREKEY_CHECK(core::verify_key_slots_file(current, opened.key));
    opened_by_ = opened.slot;
    return take_keys(std::move(opened.key), std::move(current));
}

core::Result<void> OpenedFolder::lock_and_read(const OpenOptions& options,
                                               core::KeySlotsFile& file) {
    if (options.before_lock) SPAREKEY_CHECK(options.before_lock());
    SPAREKEY_TRY(lock_, lock_folder(paths_.vault, options.command));
    SPAREKEY_CHECK(require_own_files(paths_));
    SPAREKEY_TRY(file, read_slots_file(paths_));
    return {};
}

core::Result<void> OpenedFolder::take_keys(core::VaultKey key, core::KeySlotsFile file) {
    // Killed between the last two steps of `init`: this is a vault, and never to be cleared away.
    if (exists(unfinished_path(paths_))) finish_folder(paths_);
    SPAREKEY_TRY(device_, core::open_device_secrets(key, file.slots));
    key_ = std::make_unique<core::VaultKey>(std::move(key));
    slots_ = std::move(file.slots);
    key_slots_mac_ = file.mac;
    return {};
}

core::Result<void> OpenedFolder::open_store(const OpenOptions& options, core::Random& random) {
    SPAREKEY_CHECK(
        open_database(database_path(paths_), options.is_bulk ? Workload::bulk : Workload::normal));
    SPAREKEY_TRY(const auto due, core::due_keys(*store_, device_.device(), device_.box.expose(),
                                                slots_.generation));
    const bool rotated = due && due->key;
    SPAREKEY_CHECK(read_keyring(rotated ? *due->key : *key_,
                                rotated ? due->slots.generation : slots_.generation));
    sidecar_ = std::make_unique<Sidecar>(paths_.state, slots_.vault, keyring_.id_key);
    auto checked = sidecar_->check(store_->head());
    if (!checked && !options.on_older) return checked;
    if (!checked) SPAREKEY_CHECK(options.on_older(checked.error(), *store_));
    sidecar_missing_ = !sidecar_->exists();
    if (!SPAREKEY_LEFT_OUT("keyslots-freshness") && !store_->allows_key_slots(key_slots_mac_)) {
        return core::unexpected(core::ErrorCode::integrity,
                                "keyslots is not the file that was last written here",
                                "restore the vault from a backup, and change its password");
    }
    follow_commits();
    write_head(store_->head());
    return take_account_keys(random);
}

core::Result<void> OpenedFolder::open_database(const std::string& path, Workload workload) {
    auto opened = VaultStore::open(path, device_.database, slots_.vault, workload);
    if (!opened) return explain(std::move(opened).error());
    store_ = std::move(*opened);
    return {};
}

core::Result<void> OpenedFolder::begin_draft(std::uint64_t import_bytes) {
    const StoreHead checked = store_->head();
    store_.reset();
    draft_ = DatabaseDraft::of(database_path(paths_), import_bytes);
    SPAREKEY_CHECK(draft_ ? open_database(draft_->path(), Workload::draft)
                          : open_database(database_path(paths_), Workload::bulk));
    if (!SPAREKEY_LEFT_OUT("draft-head") && store_->head() != checked) {
        return core::unexpected(core::ErrorCode::integrity,
                                "vault.db was exchanged while it was opened",
                                "look who else writes there before going on");
    }
    if (draft_) store_->on_draft({[this] { draft_->write_back(); }, [this] { take_place(); }});
    follow_commits();
    return {};
}

void OpenedFolder::take_place() {
    if (draft_->take_place()) return;
    warnings_.push_back(
        "the import is in place, but its folder could not be written to the disk: after a power "
        "cut the vault may be as it was before");
}

core::Result<void> OpenedFolder::read_keyring(const core::VaultKey& key, std::uint32_t generation) {
    SPAREKEY_TRY(keyring_, core::open_keyring(key, slots_.vault, generation, store_->keyring()));
    return {};
}

core::Result<void> OpenedFolder::take_account_keys(core::Random& random) {
    SPAREKEY_TRY(auto due, core::due_keys(*store_, device_.device(), device_.box.expose(),
                                          slots_.generation));
    if (!due) return read_keyring(*key_, slots_.generation);
    core::KeySlots slots = slots_.clone();
    slots.policy = due->slots.policy;
    slots.slots = std::move(due->slots.slots);
    if (due->key) {
        SPAREKEY_CHECK(read_keyring(*due->key, due->slots.generation));
        slots.generation = due->slots.generation;
        slots.secret_key = keyring_.secret_key.clone();
        slots.sealed_device = core::seal_device_secrets(*due->key, slots, device_, random);
        write_key_slots(std::move(slots), *due->key);
        key_ = std::make_unique<core::VaultKey>(std::move(*due->key));
    } else {
        SPAREKEY_CHECK(read_keyring(*key_, slots_.generation));
        replace_key_slots(std::move(slots));
    }
    return core::settle_due_keys(*store_, slots_.generation);
}

void OpenedFolder::follow_commits() {
    if (!sidecar_) {
        sidecar_ = std::make_unique<Sidecar>(paths_.state, slots_.vault, keyring_.id_key);
    }
    store_->on_commit([this](const StoreHead& head) { write_head(head); });
}

void OpenedFolder::write_head(const StoreHead& head) try {
    sidecar_->write(head);
} catch (const core::SystemFailure& failure) {
    // The change itself is durable; only an older vault would go unnoticed.
    warnings_.push_back(std::string("the state folder cannot be written: ") + failure.what());
}

/// A slot that stays as it is, on a full disk say, is no reason not to open the vault.
void OpenedFolder::raise_slot(const core::Credential& credential, std::uint64_t now_ms,
                              core::Random& random) {
    if (credential.kind != core::SlotKind::password) return;
    const core::KdfCost wanted = core::at_least(slots_.policy, core::kKdfFloor);
    core::KeySlots raised = slots_.clone();
    for (core::KeySlot& slot : raised.slots) {
        if (slot.id != opened_by_ || !is_below(slot.cost, wanted)) continue;
        auto stronger =
            core::make_slot(raised.vault, *key_, raised.generation, credential, raised.secret_key,
                            raised_cost(slot.cost, wanted), now_ms, random);
        if (!stronger) {
            warnings_.push_back("this password's slot stays below the policy: " +
                                stronger.error().message);
            return;
        }
        const core::SlotId id = stronger->id;
        slot = std::move(*stronger);
        try {
            replace_key_slots(std::move(raised));
            opened_by_ = id;
        } catch (const core::SystemFailure& failure) {
            warnings_.push_back(std::string("this password's slot stays below the policy: ") +
                                failure.what());
        }
        return;
    }
}

void OpenedFolder::write_key_slots(core::KeySlots slots, const core::VaultKey& key) {
    const core::Bytes file = core::write_key_slots_file(slots, key);
    // Whatever was asked for: a file that could not be read again never replaces one that can.
    const auto readable = core::read_key_slots_file(file);
    if (file.size() > core::kLargestKeySlotsFile || !readable) {
        throw core::SystemFailure("keyslots would not be readable; nothing was changed");
    }
    // The database learns of it first, so that an older file put back is noticed; a crash between
    // leaves it with both.
    const std::array<core::Hash, 2> macs = {key_slots_mac_, readable->mac};
    const bool first = slots_.slots.empty();
    store_->allow_key_slots(std::span(macs).subspan(first ? 1 : 0));
    replace_file(key_slots_path(paths_), file, Durability::name);
    key_slots_mac_ = readable->mac;
    slots_ = std::move(slots);
    if (first) return;
    try {
        store_->allow_key_slots(std::span(macs).last(1));
    } catch (const core::SystemFailure& failure) {
        // The new file holds; only the old one would not be noticed.
        warnings_.push_back(failure.what());
    }
}

void OpenedFolder::replace_recovery_code(core::SecretBytes code, core::Random& random) {
    std::swap(keyring_.recovery_code, code);
    try {
        store_->replace_keyring(
            core::seal_keyring(*key_, slots_.vault, slots_.generation, keyring_, random));
    } catch (...) {
        std::swap(keyring_.recovery_code, code);
        throw;
    }
}

}  // namespace sparekey::storage
