// Makes a catalog of a store's search index, checked whole against the state root, in pieces: so
// that whoever asks something meanwhile does not wait for it.
//
// A change of the store between two pieces begins anew. A catalog that was read is right from then
// on: the file is locked, so that every change is ours and told to VaultStore's listener, and what
// somebody does to the file behind the lock does not reach memory.
#pragma once

#include "core/lookup/catalog.h"
#include "storage/store/vault_store.h"

namespace sparekey::storage {

class CatalogReader {
  public:
    explicit CatalogReader(VaultStore& store);
    ~CatalogReader();

    /// One piece, less than a millisecond; true when it was the last. ErrorCode::integrity if the
    /// index is not the records' own.
    core::Result<bool> step();
    core::Catalog take() { return std::move(catalog_); }

  private:
    void begin();

    VaultStore& store_;
    StoreHead head_;
    core::Catalog catalog_;
    std::unique_ptr<IndexCheck> check_;
    std::int64_t read_to_ = 0;
    bool settled_ = false;
};

}  // namespace sparekey::storage
