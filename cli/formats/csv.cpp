#include "cli/formats/csv.h"

#include "core/crypto/hash.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

core::Unexpected malformed(std::size_t line, const std::string& why) {
    return core::unexpected(core::ErrorCode::usage, "line " + std::to_string(line) + ": " + why);
}

}  // namespace

core::Result<CsvReader> CsvReader::open(std::string_view text,
                                        const std::vector<std::string_view>& required) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    CsvReader reader(text);
    SPAREKEY_TRY(const bool present, reader.read_row());
    if (!present) return malformed(1, "the file is empty");
    for (const core::SecretText& name : reader.cells_) {
        reader.columns_.push_back(core::fold(name.expose()));
        reader.places_.emplace(reader.columns_.back(), reader.columns_.size() - 1);
    }
    reader.most_ = reader.columns_.size();
    for (const std::string_view name : required) {
        const auto found = reader.places_.find(core::fold(name));
        if (found == reader.places_.end()) {
            return malformed(1, "there is no column \"" + std::string(name) + "\"");
        }
        reader.least_ = std::max(reader.least_, found->second + 1);
    }
    return reader;
}

core::Result<bool> CsvReader::next() {
    for (;;) {
        SPAREKEY_TRY(const bool present, read_row());
        if (!present) return false;
        const bool empty = std::all_of(cells_.begin(), cells_.end(),
                                       [](const core::SecretText& cell) { return cell.empty(); });
        if (empty) continue;
        SPAREKEY_CHECK(fit_to_columns());
        return true;
    }
}

/// Older exports leave trailing columns out, and spreadsheets add empty ones.
core::Result<void> CsvReader::fit_to_columns() {
    if (row_cells_ < least_) {
        return malformed(row_line_,
                         "there is no cell for the column \"" + columns_[row_cells_] + "\"");
    }
    while (!cells_.empty() && cells_.back().empty()) cells_.pop_back();
    return {};
}

/// Empty cells beyond the last column are not even counted in memory.
core::Result<void> CsvReader::keep(core::SecretText cell) {
    ++row_cells_;
    if (cells_.size() < most_) {
        cells_.push_back(std::move(cell));
    } else if (!cell.empty()) {
        return malformed(row_line_, columns_.empty() ? "there are more than 1,000 columns"
                                                     : "there are more cells than columns");
    }
    return {};
}

core::Hash CsvReader::digest() const {
    core::Sha256 digest;
    for (const core::SecretText& cell : cells_) {
        digest.update(core::sha256(core::bytes_of(cell.expose())));
    }
    return digest.finish();
}

std::string_view CsvReader::cell(std::string_view column) const {
    const auto found = places_.find(core::fold(column));
    const bool filled = found != places_.end() && found->second < cells_.size();
    return filled ? cells_[found->second].expose() : std::string_view();
}

core::Result<bool> CsvReader::read_row() {
    while (left_.starts_with('\n') || left_.starts_with("\r\n")) {
        left_.remove_prefix(left_.front() == '\r' ? 2 : 1);
        ++line_;
    }
    if (left_.empty()) return false;
    row_line_ = line_;
    cells_.clear();
    row_cells_ = 0;
    for (;;) {
        SPAREKEY_TRY(core::SecretText cell, read_cell());
        if (!core::is_utf8(cell.expose())) return malformed(row_line_, "the text is not UTF-8");
        if (cell.expose().find('\0') != std::string_view::npos) {
            return malformed(row_line_, "the text has a NUL character");
        }
        SPAREKEY_CHECK(keep(std::move(cell)));
        if (!left_.starts_with(',')) break;
        left_.remove_prefix(1);
    }
    if (left_.starts_with("\r\n")) left_.remove_prefix(1);
    if (left_.starts_with('\n')) {
        left_.remove_prefix(1);
        ++line_;
    } else if (!left_.empty()) {
        return malformed(line_, "something follows a closing quote");
    }
    return true;
}

core::Result<core::SecretText> CsvReader::read_cell() {
    if (!left_.starts_with('"')) {
        std::string_view plain = left_.substr(0, left_.find_first_of(",\n"));
        left_.remove_prefix(plain.size());
        if (plain.ends_with('\r')) plain.remove_suffix(1);
        if (plain.find('"') != std::string_view::npos) {
            return malformed(line_, "a quote stands inside an unquoted cell");
        }
        return core::SecretText::copy_of(plain);
    }
    const std::size_t opened = line_;
    left_.remove_prefix(1);
    core::SecretBuilder cell;
    for (;;) {
        const auto quote = left_.find('"');
        if (quote == std::string_view::npos) return malformed(opened, "a quote is never closed");
        const std::string_view piece = left_.substr(0, quote);
        line_ += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
        cell.append(piece);
        left_.remove_prefix(quote + 1);
        if (!left_.starts_with('"')) return core::SecretText(std::move(cell).take());
        cell.append('"');
        left_.remove_prefix(1);
    }
}

}  // namespace sparekey::cli
