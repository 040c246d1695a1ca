// How many entries the search index has, live and trashed, and how many conflicts they have: kept
// with every change, in its transaction, since counting reads every page of the index.
#pragma once

#include "core/ports/record_store.h"
#include "storage/sqlite/statement.h"

#include <array>
#include <optional>

namespace sparekey::storage {

class ShelfCounts {
  public:
    explicit ShelfCounts(Database& database) : database_(database) {}

    void add(bool trashed, std::size_t conflicts);
    void take(bool trashed, std::size_t conflicts);
    /// Before the commit of what was added and taken.
    void write();
    /// After a commit or none: what is stored holds.
    void forget();

    std::size_t items(core::Shelf shelf);
    std::size_t conflicts(core::Shelf shelf);
    /// They are those of the entries; throws CorruptDatabase.
    void check();

  private:
    struct Count {
        std::int64_t items = 0;
        std::int64_t conflicts = 0;

        friend bool operator==(const Count&, const Count&) = default;
    };
    using Counts = std::array<Count, 2>;  // live, trashed

    Counts& held();
    Counts read(const char* sql);
    std::size_t sum(core::Shelf shelf, std::int64_t Count::*member);

    Database& database_;
    std::optional<Counts> counts_;
    bool changed_ = false;
};

}  // namespace sparekey::storage
