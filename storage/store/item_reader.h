// Reads every item's sealed record in one pass over the file, checked as a whole against the state
// root, in pieces: so that whoever asks something meanwhile does not wait for it. Loading each by
// its id costs twenty times as much.
//
// A change of the store between two pieces begins anew.
#pragma once

#include "storage/store/vault_store.h"

#include <unordered_map>

namespace sparekey::storage {

class ItemReader {
  public:
    using Visit = std::function<core::Result<void>(const core::Record&)>;

    explicit ItemReader(VaultStore& store);

    /// One piece, less than a millisecond; true when it was the last. `begun` is called before the
    /// first record, and again when all that was visited is out of date. ErrorCode::integrity if
    /// the records are not those of the store's last change, and what `visit` says.
    core::Result<bool> step(const std::function<void()>& begun, const Visit& visit);

  private:
    struct Expected {
        core::RecordId id;
        std::uint64_t version = 0;
        core::Hash hash{};
    };
    void begin();
    core::Result<bool> read_leaves();
    core::Result<bool> read_records(const Visit& visit);

    VaultStore& store_;
    StoreHead head_;
    std::vector<core::Hash> buckets_;
    std::unordered_map<std::int64_t, Expected> expected_;  // by seq; those not seen yet
    std::int64_t read_to_ = 0;
    bool begun_ = false;
};

}  // namespace sparekey::storage
