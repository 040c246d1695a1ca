// CSV by RFC 4180, row by row: quoted cells with doubled quotes and line breaks, CRLF or LF, a byte
// order mark, columns by the names of the first row.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

class CsvReader {
  public:
    /// Reads the header. ErrorCode::usage if it lacks one of `required`, is not UTF-8 or has more
    /// than 1,000 columns, which are more than an item has fields.
    static core::Result<CsvReader> open(std::string_view text,
                                        const std::vector<std::string_view>& required);

    /// The next row; false at the end. ErrorCode::usage with the line number for a malformed one.
    /// Rows of nothing but empty cells are passed over.
    core::Result<bool> next();
    /// Of the row's cells: equal rows have equal digests.
    core::Hash digest() const;
    /// The line that the row began on, from 1.
    std::size_t line() const { return row_line_; }
    /// Bytes that are still to be read.
    std::size_t left() const { return left_.size(); }
    /// A cell of the row by column name (any case); empty if there is no such column.
    std::string_view cell(std::string_view column) const;
    /// The row's cells up to the last that is not empty, and the folded names of their columns.
    std::size_t filled() const { return cells_.size(); }
    const std::string& column(std::size_t index) const { return columns_[index]; }
    std::string_view cell(std::size_t index) const { return cells_[index].expose(); }

  private:
    static constexpr std::size_t kMostColumns = 1000;

    explicit CsvReader(std::string_view text) : left_(text) {}
    core::Result<bool> read_row();
    core::Result<void> keep(core::SecretText cell);
    core::Result<void> fit_to_columns();
    core::Result<core::SecretText> read_cell();

    std::string_view left_;
    std::size_t line_ = 1;
    std::size_t row_line_ = 1;
    std::vector<std::string> columns_;
    std::map<std::string, std::size_t, std::less<>> places_;  // of the first column of each name
    std::size_t least_ = 0;            // cells up to the last required column
    std::size_t most_ = kMostColumns;  // cells that may hold something
    std::size_t row_cells_ = 0;        // of the row, the empty ones at its end included
    std::vector<core::SecretText> cells_;
};

}  // namespace sparekey::cli
