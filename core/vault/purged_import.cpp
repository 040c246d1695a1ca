#include "core/vault/purged_import.h"

namespace sparekey::core {
namespace {

RecordId record_of(const RecordSealer& sealer, const RecordId& item) {
    return RecordId::cut_from(sealer.keyed_hash("purged-import", bytes_of(item.text())));
}

}  // namespace

Result<void> remember_purged_import(const RecordSealer& sealer, RecordTransaction& transaction,
                                    const RecordId& item, std::string_view mark) {
    Record record{record_of(sealer, item), RecordType::setting, std::nullopt, 1, 0, {}};
    SPAREKEY_CHECK(sealer.seal(record, bytes_of(mark)));
    transaction.put(record, nullptr);
    return {};
}

Result<std::optional<std::string>> purged_import(const RecordSealer& sealer, RecordStore& store,
                                                 const RecordId& item) {
    const RecordId id = record_of(sealer, item);
    if (!store.contains(id)) return std::optional<std::string>();
    SPAREKEY_TRY(const Record record, store.load_uncommitted(id));
    SPAREKEY_TRY(const SecretBytes body, sealer.open(record));
    return std::optional<std::string>(text_of(body.expose()));
}

}  // namespace sparekey::core
