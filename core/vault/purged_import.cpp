#include "core/vault/purged_import.h"

namespace sparekey::core {
namespace {

RecordId record_of(KeyedHashes& hashes, const RecordId& item) {
    return RecordId::cut_from(hashes.of("purged-import", bytes_of(item.text())));
}

}  // namespace

Result<void> remember_purged_import(const RecordSealer& sealer, RecordTransaction& transaction,
                                    const RecordId& item, std::string_view mark) {
    KeyedHashes hashes = sealer.keyed_hashes();
    Record record{record_of(hashes, item), RecordType::setting, std::nullopt, 1, 0, {}};
    SPAREKEY_CHECK(sealer.seal(record, bytes_of(mark)));
    transaction.put(record, nullptr);
    return {};
}

Result<std::optional<std::string>> purged_import(const RecordSealer& sealer, KeyedHashes& hashes,
                                                 RecordStore& store, const RecordId& item) {
    const RecordId id = record_of(hashes, item);
    if (!store.contains(id)) return std::optional<std::string>();
    SPAREKEY_TRY(const Record record, store.load(id));
    SPAREKEY_TRY(const RecordBody body, sealer.open(record));
    return std::optional<std::string>(text_of(body.expose()));
}

}  // namespace sparekey::core
