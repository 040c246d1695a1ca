// The table `state`: what is known of the vault as a whole, by name. The state root does not cover
// it; each value that has a sum is held against it (storage/schema/state_sums.h), and the sums are
// written with every change of one. `sequence` is such a value, and the sidecar knows it: so an
// older page of the table is noticed, and so are all of them together.
#pragma once

#include "storage/schema/state_sums.h"
#include "storage/sqlite/statement.h"

#include <optional>
#include <string_view>

namespace sparekey::storage {

class StateRows {
  public:
    explicit StateRows(Database& database);

    /// What was put last, in the open transaction or before. CorruptDatabase if something else
    /// lies there.
    std::optional<core::Bytes> find(std::string_view key);
    bool has(std::string_view key) const { return sums().contains(key); }
    /// Every row at once; throws CorruptDatabase.
    void check();

    /// What one transaction changes: while it is there, find() and has() say what it put.
    class Change {
      public:
        explicit Change(StateRows& rows) : rows_(rows) {}
        ~Change() { rows_.changed_.reset(); }
        Change(const Change&) = delete;
        Change& operator=(const Change&) = delete;

        void put(std::string_view key, core::ByteView value);
        void remove(std::string_view key);
        /// Before the transaction's commit.
        void write();
        /// After it.
        void keep();

      private:
        StateSums& changed();

        StateRows& rows_;
    };

  private:
    const StateSums& sums() const { return changed_ ? *changed_ : kept_; }

    Database& database_;
    Statement find_;
    Statement put_;
    Statement remove_;
    StateSums kept_;
    std::optional<StateSums> changed_;
};

}  // namespace sparekey::storage
