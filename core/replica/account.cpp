#include "core/replica/account.h"

#include "core/chain/signed_archive.h"
#include "core/crypto/hash.h"

namespace sparekey::core {

using codec::get;
using codec::put;
using codec::Reader;
using codec::require;
using codec::Writer;

namespace {

constexpr std::uint8_t kAccountFormat = 2;
constexpr std::uint8_t kWithKeyring = 2;  // the first format that has its hash
constexpr std::size_t kMostKnownDevices = 10'000;
constexpr std::size_t kMostIdentities = 1'000;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kSmallestDevice = 16 + 4 + 8 + 8;
constexpr std::size_t kSmallestIdentity = 3 * 4;
constexpr std::size_t kFingerprintBytes = 10;
constexpr std::size_t kGroup = 4;  // characters

void put_text(Writer& archive, const std::string& text) {
    codec::put_bytes(archive, bytes_of(text));
}
std::string get_text(Reader& archive) {
    return std::string(text_of(codec::get_bytes(archive, kLongestText)));
}

void put(Writer& archive, const KnownDevice& device) {
    put(archive, device.id.bytes);
    put_text(archive, device.name);
    archive(device.added_ms, device.removed_ms);
}
void get(Reader& archive, KnownDevice& device) {
    get(archive, device.id.bytes);
    device.name = get_text(archive);
    archive(device.added_ms, device.removed_ms);
}

void put(Writer& archive, const LinkedIdentity& identity) {
    put_text(archive, identity.id);
    put_text(archive, identity.provider);
    put_text(archive, identity.display);
}
void get(Reader& archive, LinkedIdentity& identity) {
    identity.id = get_text(archive);
    identity.provider = get_text(archive);
    identity.display = get_text(archive);
}

template <class T>
void put_list(Writer& archive, const std::vector<T>& list) {
    archive.length(list.size());
    for (const T& element : list) put(archive, element);
}
template <class T>
void get_list(Reader& archive, std::vector<T>& list, std::size_t smallest, std::size_t most) {
    for (std::size_t left = archive.length(smallest, most); left > 0; --left) {
        get(archive, list.emplace_back());
    }
}

AccountStage get_stage(Reader& archive) {
    const auto stage = static_cast<AccountStage>(archive.number<std::uint8_t>());
    require(stage >= AccountStage::starting && stage <= AccountStage::reseeding);
    return stage;
}

AccountState get_state(Reader& archive) {
    const auto format = archive.number<std::uint8_t>();
    require(format >= 1 && format <= kAccountFormat);
    AccountState state;
    state.stage = get_stage(archive);
    state.origin = get_text(archive);
    state.device_name = get_text(archive);
    get(archive, state.commit);
    get(archive, state.roster);
    state.slots = codec::get_plain(archive, kLargestSlots);
    archive(state.audit.n);
    get(archive, state.audit.hash);
    state.restored = codec::get_flag(archive);
    archive(state.synced_ms);
    get_list(archive, state.devices, kSmallestDevice, kMostKnownDevices);
    get_list(archive, state.identities, kSmallestIdentity, kMostIdentities);
    if (format >= kWithKeyring) {
        get(archive, state.keyring);
    } else if (const auto roster = decode_roster(state.roster.bytes)) {
        const bool has_parts = sha256(state.slots) == roster->slots;
        if (has_parts) state.keyring = roster->keyring;
    }
    return state;
}

}  // namespace

Bytes encode(const AccountState& state) {
    Writer archive;
    archive(kAccountFormat, static_cast<std::uint8_t>(state.stage));
    put_text(archive, state.origin);
    put_text(archive, state.device_name);
    put(archive, state.commit);
    put(archive, state.roster);
    codec::put_bytes(archive, state.slots);
    archive(state.audit.n);
    put(archive, state.audit.hash);
    put(archive, state.restored);
    archive(state.synced_ms);
    put_list(archive, state.devices);
    put_list(archive, state.identities);
    put(archive, state.keyring);
    return codec::plain(std::move(archive));
}

Result<AccountState> decode_account_state(ByteView bytes) {
    return codec::decode_whole<AccountState>(bytes, get_state);
}

Result<ChainHead> chain_head(const VaultId& vault, const AccountState& state) {
    ChainHead head;
    head.vault = vault;
    if (state.commit.bytes.empty()) return head;
    SPAREKEY_TRY(const Commit commit, decode_commit(state.commit.bytes));
    SPAREKEY_TRY(head.roster, decode_roster(state.roster.bytes));
    head.at = {commit.n, commit_hash(state.commit)};
    head.roster_hash = roster_hash(state.roster);
    head.state_root = commit.state_root;
    head.device = commit.device;
    head.time_ms = commit.time_ms;
    return head;
}

std::string head_fingerprint(const ChainPoint& head) {
    const std::string text = to_base32(ByteView(head.hash).first(kFingerprintBytes));
    std::string grouped = std::to_string(head.n);
    for (std::size_t at = 0; at < text.size(); at += kGroup) {
        grouped += '-';
        grouped += text.substr(at, kGroup);
    }
    return grouped;
}

}  // namespace sparekey::core
