#include "storage/store/catalog_reader.h"

namespace sparekey::storage {
namespace {

// A question waits for a piece at each of its steps: a third of a millisecond.
constexpr std::size_t kRowsAtOnce = 64;
constexpr std::size_t kBucketsAtOnce = 16;

}  // namespace

CatalogReader::CatalogReader(VaultStore& store) : store_(store) {
    begin();
}

CatalogReader::~CatalogReader() = default;

void CatalogReader::begin() {
    head_ = store_.head();
    catalog_ = {};
    check_ = store_.start_check();
    read_to_ = 0;
    settled_ = false;
}

core::Result<bool> CatalogReader::step() try {
    if (store_.head() != head_) begin();
    if (!settled_) {
        const auto last = store_.each_index_row_after(
            read_to_, kRowsAtOnce, [this](std::int64_t seq, const core::IndexRow& row) {
                catalog_.append(row);
                check_->entry(row.id, seq, static_cast<std::int64_t>(row.revision));
            });
        if (last) {
            read_to_ = *last;
            return false;
        }
        catalog_.settle();
        settled_ = true;
        return false;
    }
    if (!check_->next_buckets(kBucketsAtOnce)) return false;
    SPAREKEY_CHECK(store_.finish_check(*check_));
    check_.reset();
    return true;
} catch (const CorruptDatabase& failure) {
    return core::unexpected(damaged(failure.what()));
}

}  // namespace sparekey::storage
