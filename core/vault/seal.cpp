#include "core/vault/seal.h"

#include "core/base/mutant.h"
#include "core/crypto/aead.h"

#include <bit>
#include <cstring>

namespace sparekey::core {
namespace {

constexpr std::size_t kHead = 2;   // format ‖ suite
constexpr std::size_t kFrame = 6;  // record type ‖ schema version ‖ body length
constexpr std::size_t kSmallestPlaintext = 256;
constexpr std::uint8_t kEnd[] = {0};  // of a purpose

void put_length(MutableBytes at, std::size_t length) {
    for (std::size_t i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(length >> (8 * i));
}

std::size_t get_length(ByteView at) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length |= static_cast<std::size_t>(at[i]) << (8 * i);
    return length;
}

Bytes field_bytes(const FieldKey& key) {
    Bytes bytes{static_cast<std::uint8_t>(key.kind), static_cast<std::uint8_t>(key.ordinal),
                static_cast<std::uint8_t>(key.ordinal >> 8)};
    const ByteView name = bytes_of(key.name);
    bytes.insert(bytes.end(), name.begin(), name.end());
    return bytes;
}

Bytes stamp_bytes(const Stamp& stamp) {
    Bytes bytes;
    for (int shift = 0; shift < 64; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(stamp.at.wall_ms >> shift));
    }
    for (int shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(stamp.at.counter >> shift));
    }
    bytes.insert(bytes.end(), stamp.device.bytes.begin(), stamp.device.bytes.end());
    return bytes;
}

Unexpected damaged(const Record& record) {
    return unexpected(ErrorCode::integrity, "record " + record.id.text() + " is damaged",
                      "run sparekey doctor; a backup has the last good state");
}

/// Of a plaintext whose frame holds.
Result<RecordBody> body_of(const Record& record, ByteView plaintext) {
    const std::uint8_t schema = plaintext[1];
    if (schema == 0) return damaged(record);
    if (schema > present_schema(record.type)) {
        return unexpected(ErrorCode::conflict,
                          "record " + record.id.text() + " was written by a newer Sparekey",
                          "update this program");
    }
    const std::size_t size = get_length(plaintext.subspan(2, 4));
    return RecordBody{SecretBytes::copy_of(plaintext.subspan(kFrame, size)), schema};
}

}  // namespace

std::size_t padded_size(std::size_t size) {
    if (size <= kSmallestPlaintext) return kSmallestPlaintext;
    // Padmé: the exponent of the size, and as many free low bits as the exponent has bits.
    const auto exponent = static_cast<unsigned>(std::bit_width(size) - 1);
    const auto kept = static_cast<unsigned>(std::bit_width(exponent));
    const std::size_t mask = (std::size_t{1} << (exponent - kept)) - 1;
    return (size + mask) & ~mask;
}

std::uint8_t present_schema(RecordType type) {
    return type == RecordType::item ? kItemSchema : 1;
}

RecordSealer::RecordSealer(VaultId vault, const Keyring& keyring, Random& random)
    : vault_(vault), keyring_(keyring), random_(random) {}

Result<void> RecordSealer::seal(Record& record, ByteView body) const {
    return seal(record, body, present_schema(record.type));
}

Result<void> RecordSealer::seal(Record& record, const RecordBody& body) const {
    return seal(record, body.expose(), body.schema);
}

Result<void> RecordSealer::seal(Record& record, ByteView body, std::uint8_t schema) const {
    SecretBytes plaintext(padded_size(kFrame + body.size()));
    const MutableBytes at = plaintext.expose_mutable();
    if (at.size() + aead::kOverhead + kHead > kLargestBlob) {
        return unexpected(ErrorCode::usage, "the item is too large",
                          "keep long texts as attachments");
    }
    at[0] = static_cast<std::uint8_t>(record.type);
    at[1] = schema;
    put_length(at.subspan(2, 4), body.size());
    if (!body.empty()) std::memcpy(at.data() + kFrame, body.data(), body.size());
    record.epoch = keyring_.epoch();
    const RecordKey& key = key_of(keyring_.epochs.back(), record.id);
    const Bytes sealed =
        aead::seal(key.expose(), plaintext.expose(),
                   encode(RecordContext{vault_, record.id, record.epoch, record.version}), random_);
    record.blob.assign({kBlobFormat, kSuite});
    record.blob.insert(record.blob.end(), sealed.begin(), sealed.end());
    return {};
}

/// HKDF(DK_e, salt = record id, info = "sparekey/v1/record-key").
const RecordKey& RecordSealer::key_of(const EpochKey& epoch, const RecordId& record) const {
    hkdf_sha256(epoch.expose(), record.bytes, bytes_of("sparekey/v1/record-key"),
                record_key_.expose_mutable());
    return record_key_;
}

/// The frame and the body, padding and all.
Result<SecretBytes> RecordSealer::open_plaintext(const Record& record) const {
    const ByteView blob = record.blob;
    if (blob.size() > kLargestBlob || blob.size() < kHead + aead::kOverhead || record.epoch == 0 ||
        record.epoch > keyring_.epoch()) {
        return damaged(record);
    }
    if (!SPAREKEY_LEFT_OUT("blob-format") && (blob[0] != kBlobFormat || blob[1] != kSuite)) {
        return damaged(record);
    }
    const RecordKey& key = key_of(keyring_.epochs[record.epoch - 1], record.id);
    SPAREKEY_TRY(
        SecretBytes plaintext,
        aead::open(key.expose(), blob.subspan(kHead),
                   encode(RecordContext{vault_, record.id, record.epoch, record.version})));
    const ByteView at = plaintext.expose();
    if (at.size() < kFrame || get_length(at.subspan(2, 4)) > at.size() - kFrame) {
        return damaged(record);
    }
    return plaintext;
}

Result<RecordBody> RecordSealer::open(const Record& record) const {
    SPAREKEY_TRY(const SecretBytes plaintext, open_plaintext(record));
    if (!SPAREKEY_LEFT_OUT("record-type") &&
        plaintext.expose()[0] != static_cast<std::uint8_t>(record.type)) {
        return damaged(record);
    }
    return body_of(record, plaintext.expose());
}

Result<RecordBody> RecordSealer::open_unknown(Record& record) const {
    for (record.epoch = keyring_.epoch(); record.epoch > 0; --record.epoch) {
        const auto plaintext = open_plaintext(record);
        if (!plaintext) continue;
        record.type = static_cast<RecordType>(plaintext->expose()[0]);
        return body_of(record, plaintext->expose());
    }
    return damaged(record);
}

RecordId RecordSealer::history_id(const RecordId& item, const FieldKey& key,
                                  const Stamp& stamp) const {
    return RecordId::cut_from(hmac_sha256(
        keyring_.id_key.expose(),
        {bytes_of("sparekey/v1/history-id"), item.bytes, stamp_bytes(stamp), field_bytes(key)}));
}

RecordId RecordSealer::chunk_id(const RecordId& attachment, std::uint32_t index) const {
    Bytes number;
    for (int shift = 0; shift < 32; shift += 8) {
        number.push_back(static_cast<std::uint8_t>(index >> shift));
    }
    return RecordId::cut_from(hmac_sha256(
        keyring_.id_key.expose(), {bytes_of("sparekey/v1/chunk-id"), attachment.bytes, number}));
}

Hash KeyedHashes::of(std::string_view purpose, ByteView bytes) {
    return hmac_.of({bytes_of("sparekey/v1/id/"), bytes_of(purpose), kEnd, bytes});
}

}  // namespace sparekey::core
