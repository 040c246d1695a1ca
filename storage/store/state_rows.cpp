#include "storage/store/state_rows.h"

#include "core/base/mutant.h"

#include <utility>

namespace sparekey::storage {
namespace {

constexpr const char* kOlder = "vault.db: its state is not what the last change of it left";

core::Bytes stored_sums(Statement& find) {
    find.bind(1, "sums");
    if (!find.step()) throw CorruptDatabase("vault.db: its state has no sums");
    const core::ByteView sums = find.bytes(0);
    return {sums.begin(), sums.end()};
}

}  // namespace

StateRows::StateRows(Database& database)
    : database_(database),
      find_(database, "SELECT value FROM state WHERE key = ?1"),
      put_(database, "INSERT OR REPLACE INTO state(key, value) VALUES(?1, ?2)"),
      remove_(database, "DELETE FROM state WHERE key = ?1"),
      kept_(decode_state_sums(stored_sums(find_))) {
    find_.reset();
}

std::optional<core::Bytes> StateRows::find(std::string_view key) {
    std::optional<core::Bytes> value;
    find_.bind(1, key);
    if (find_.step()) {
        const core::ByteView bytes = find_.bytes(0);
        value.emplace(bytes.begin(), bytes.end());
    }
    find_.reset();
    if (!has_sum(key)) return value;
    const auto sum = sums().find(key);
    const bool is_last =
        sum == sums().end() ? !value : value && core::sha256(*value) == sum->second;
    if (!is_last && !SPAREKEY_LEFT_OUT("state-freshness")) throw CorruptDatabase(kOlder);
    return value;
}

void StateRows::check() {
    if (computed_state_sums(database_) != sums()) throw CorruptDatabase(kOlder);
}

StateSums& StateRows::Change::changed() {
    if (!rows_.changed_) rows_.changed_ = rows_.kept_;
    return *rows_.changed_;
}

void StateRows::Change::put(std::string_view key, core::ByteView value) {
    rows_.put_.bind(1, key).bind(2, value).run();
    if (!has_sum(key)) return;
    changed().insert_or_assign(std::string(key), core::sha256(value));
}

void StateRows::Change::remove(std::string_view key) {
    rows_.remove_.bind(1, key).run();
    if (const auto sum = changed().find(key); sum != changed().end()) changed().erase(sum);
}

void StateRows::Change::write() {
    const core::Bytes sums = encode(changed());
    rows_.put_.bind(1, "sums").bind(2, core::ByteView(sums)).run();
}

void StateRows::Change::keep() {
    rows_.kept_ = *std::exchange(rows_.changed_, std::nullopt);
}

}  // namespace sparekey::storage
