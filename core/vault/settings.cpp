#include "core/vault/settings.h"

namespace sparekey::core {
namespace {

RecordId kit_record(const Vault& vault) {
    return RecordId::cut_from(vault.sealer().keyed_hash("setting", bytes_of("kit-proved")));
}

}  // namespace

Result<std::optional<std::uint64_t>> kit_proved(Vault& vault) {
    const RecordId id = kit_record(vault);
    if (!vault.store().contains(id)) return std::optional<std::uint64_t>();
    SPAREKEY_TRY(const Record record, vault.store().load(id));
    SPAREKEY_TRY(const RecordBody body, vault.sealer().open(record));
    if (body.expose().size() != 8)
        return unexpected(ErrorCode::integrity, "a setting is malformed");
    std::uint64_t at_ms = 0;
    for (std::size_t i = 0; i < 8; ++i) at_ms |= std::uint64_t{body.expose()[i]} << (8 * i);
    return std::optional<std::uint64_t>(at_ms);
}

Result<void> remember_kit_proved(Vault& vault, std::uint64_t at_ms) {
    const RecordId id = kit_record(vault);
    Record record{id, RecordType::setting, std::nullopt, 1, 0, {}};
    if (vault.store().contains(id)) {
        SPAREKEY_TRY(const Record present, vault.store().load(id));
        record.version = present.version + 1;
    }
    Bytes body;
    for (int shift = 0; shift < 64; shift += 8) {
        body.push_back(static_cast<std::uint8_t>(at_ms >> shift));
    }
    SPAREKEY_CHECK(vault.sealer().seal(record, body));
    const auto transaction = vault.store().begin();
    transaction->put(record, nullptr);
    transaction->commit();
    return {};
}

}  // namespace sparekey::core
