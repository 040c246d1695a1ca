// Sealing records: one AEAD blob a record version, never a field of its own (DESIGN section 4).
//
// blob = format (1) ‖ suite (1) ‖ nonce (24) ‖ ciphertext ‖ tag (16)
// plaintext = record type (1) ‖ schema version (1) ‖ body length (4) ‖ body ‖ zero padding (Padmé)
#pragma once

#include "core/codec/codec.h"
#include "core/crypto/hash.h"
#include "core/ports/record_store.h"

namespace sparekey::core {

inline constexpr std::size_t kLargestBlob = std::size_t{1} << 20;
inline constexpr std::uint8_t kBlobFormat = 1;

/// The padded size of `size` bytes: Padmé (Nikitin et al., PETS 2019), at least 256.
std::size_t padded_size(std::size_t size);

/// What a blob holds: bytes in the layout that the record's type has by that schema.
struct RecordBody {
    SecretBytes bytes;
    std::uint8_t schema = 0;

    ByteView expose() const { return bytes.expose(); }
};

/// By which schema bodies of a type are written now, from 1 on. What is older stays readable.
std::uint8_t present_schema(RecordType type);

struct RecordKeyTag;
using RecordKey = Key<RecordKeyTag>;

/// RecordSealer::keyed_hash() for very many names, those of an import; as short-lived as
/// HmacSha256.
class KeyedHashes {
  public:
    explicit KeyedHashes(ByteView id_key) : hmac_(id_key) {}
    Hash of(std::string_view purpose, ByteView bytes);

  private:
    HmacSha256 hmac_;
};

class RecordSealer {
  public:
    RecordSealer(VaultId vault, const Keyring& keyring, Random& random);

    /// Fills in epoch and blob of `record` (id, type, version set), from a body by the present
    /// schema. ErrorCode::usage if the blob would exceed kLargestBlob.
    Result<void> seal(Record& record, ByteView body) const;
    /// The same for a body that was opened, by whichever schema.
    Result<void> seal(Record& record, const RecordBody& body) const;
    /// The body. ErrorCode::integrity if it does not open as this record of this vault, version and
    /// type; ErrorCode::conflict if it was written by a newer program (schema).
    Result<RecordBody> open(const Record& record) const;

    /// The same for a record of which only id, version and blob are known: epoch and type are found
    /// out. ErrorCode::integrity, ErrorCode::conflict as above.
    Result<RecordBody> open_unknown(Record& record) const;

    /// id = HMAC(id key, item, field, stamp) cut to 128 bits: the same on every device.
    RecordId history_id(const RecordId& item, const FieldKey& key, const Stamp& stamp) const;
    /// The record of chunk `index` of an attachment, from the attachment's own random id.
    RecordId chunk_id(const RecordId& attachment, std::uint32_t index) const;
    RecordId new_record_id() const { return RecordId::random(random_); }
    /// A keyed hash for names that must be the same each time: import ids and marks.
    Hash keyed_hash(std::string_view purpose, ByteView bytes) const {
        return keyed_hashes().of(purpose, bytes);
    }
    KeyedHashes keyed_hashes() const { return KeyedHashes(keyring_.id_key.expose()); }

  private:
    Result<void> seal(Record& record, ByteView body, std::uint8_t schema) const;
    Result<SecretBytes> open_plaintext(const Record& record) const;
    const RecordKey& key_of(const EpochKey& epoch, const RecordId& record) const;

    VaultId vault_;
    const Keyring& keyring_;
    Random& random_;
    // One piece of guarded memory for all records: making it costs five system calls.
    mutable RecordKey record_key_;
};

}  // namespace sparekey::core
