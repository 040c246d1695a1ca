// The roster: the signed list of an account's devices, slots and policy (DESIGN section 6).
//
// It is changed by a commit that carries a whole new one, signed by the account signing key (ASK)
// of the roster before it, the first by its own; ASK is the only authority. A roster names its
// commit's number and the hash of the last roster, so rosters are a chain of their own. What may
// follow what is in core/chain/advance.h. docs/FORMAT.md has the bytes.
#pragma once

#include "core/base/result.h"
#include "core/model/key_slots.h"

#include <span>
#include <vector>

namespace sparekey::core {

inline constexpr std::size_t kMostDevices = 100;
inline constexpr std::size_t kLongestSealedName = 256;    // bytes
inline constexpr std::size_t kLongestOrigin = 512;        // bytes
inline constexpr std::size_t kLargestRoster = 64 * 1024;  // bytes, without the signature
/// Numbers and versions fit into a database's signed integer.
inline constexpr std::uint64_t kLargestNumber = (std::uint64_t{1} << 63) - 1;

class RosterDevice {
  public:
    RosterDevice(const SigningPublicKey& signing, const BoxPublicKey& box, Bytes sealed_name)
        : id_(device_id(signing, box)),
          signing_(signing),
          box_(box),
          sealed_name_(std::move(sealed_name)) {}

    /// Worked out from the keys, never stored, so it cannot be another's.
    const DeviceId& id() const { return id_; }
    const SigningPublicKey& signing() const { return signing_; }
    const BoxPublicKey& box() const { return box_; }
    const Bytes& sealed_name() const { return sealed_name_; }  // core/chain/device_name.h
    friend bool operator==(const RosterDevice&, const RosterDevice&) = default;

  private:
    DeviceId id_;
    SigningPublicKey signing_;
    BoxPublicKey box_;
    Bytes sealed_name_;
};

/// Who may open an enrolment without being approved.
struct RosterOpener {
    SlotId slot;
    SlotKind kind = SlotKind::password;
    SigningPublicKey key{};

    friend bool operator==(const RosterOpener&, const RosterOpener&) = default;
};

/// A vault key sealed to one device that stays at a rotation (core/chain/grant.h).
inline constexpr std::size_t kSealedVaultKeySize = 104;
using SealedVaultKey = std::array<std::uint8_t, kSealedVaultKeySize>;

struct Grant {
    DeviceId device;
    SealedVaultKey sealed{};

    friend bool operator==(const Grant&, const Grant&) = default;
};

struct Roster {
    VaultId vault;
    std::uint64_t n = 1;                // of the commit that carries it
    Hash previous{};                    // hash of the last roster; zero in the first
    std::vector<RosterDevice> devices;  // at least one, sorted by id
    SigningPublicKey account_key{};     // ASK
    std::uint32_t generation = 1;       // g, of the vault key
    std::uint32_t epoch = 1;            // e, of the key that records are sealed under
    Hash slots{};                       // SHA-256 of the account's slots
    std::vector<RosterOpener> openers;  // one a slot, sorted by slot
    KdfCost pins{};                     // no password slot may cost less
    Hash keyring{};                     // SHA-256 of the sealed keyring
    std::uint8_t min_format = 1;        // no blob may be older
    std::string origin;                 // of the server: scheme, host and port
    std::vector<Grant> grants;          // sorted by device, listed ones only

    const RosterDevice* find(const DeviceId& device) const;
    const Grant* grant_of(const DeviceId& device) const;
    friend bool operator==(const Roster&, const Roster&) = default;
};

/// Bounds and order, as the comments above and the constants say.
bool is_well_formed(const Roster& roster);

/// The exact bytes that were signed, and hashed.
struct SignedRoster {
    Bytes bytes;
    Signature signature{};

    friend bool operator==(const SignedRoster&, const SignedRoster&) = default;
};

/// Sorts devices, openers and grants.
void put_in_order(Roster& roster);

/// By the seed of the ASK of the roster before. ErrorCode::usage if it is not well-formed.
Result<SignedRoster> sign_roster(const Roster& roster, SeedView account_seed);
bool verify_roster(const SignedRoster& roster, const SigningPublicKey& account_key);

/// SHA-256 of what is signed: the label and the bytes, not the signature.
Hash roster_hash(const SignedRoster& roster);

Bytes encode(const Roster& roster);
/// ErrorCode::integrity for what is not well-formed. Nothing is verified.
Result<Roster> decode_roster(ByteView bytes);

/// ErrorCode::conflict if the vault's blobs are of a format that this program does not know.
Result<void> check_format(const Roster& roster);

}  // namespace sparekey::core
