#include "sync/server/store/upkeep/copy.h"

#include "core/crypto/hash.h"

#include <algorithm>
#include <ranges>

namespace sparekey::sync {
namespace {

void add_number(core::Sha256& hash, std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
    hash.update(bytes);
}

/// The kind of the cell, then the number, or length and bytes: no two rows look the same.
void add_cell(core::Sha256& hash, const Cell& cell) {
    add_number(hash, cell.index());
    if (const auto* const number = std::get_if<std::int64_t>(&cell)) {
        add_number(hash, static_cast<std::uint64_t>(*number));
        return;
    }
    const auto* const text = std::get_if<std::string>(&cell);
    const auto* const bytes = std::get_if<Bytes>(&cell);
    const ByteView view = text != nullptr    ? core::bytes_of(*text)
                          : bytes != nullptr ? ByteView(*bytes)
                                             : ByteView();
    add_number(hash, view.size());
    hash.update(view);
}

void insert_row(Session& session, const Table& table, const Row& row) {
    std::vector<Value> values;
    for (const Cell& cell : row.cells()) values.push_back(value_of(cell));
    session.run(table.insert, values);
}

}  // namespace

bool Contents::is_empty() const {
    return std::all_of(rows.begin(), rows.end(),
                       [](const auto& table) { return table.second == 0; });
}

Contents contents_of(Session& session) {
    Contents contents;
    core::Sha256 hash;
    for (const Table& table : tables()) {
        std::uint64_t& count = contents.rows[table.name];
        for_each_row(session, table, [&](const Row& row) {
            ++count;
            for (const Cell& cell : row.cells()) add_cell(hash, cell);
        });
        add_number(hash, count);
    }
    contents.digest = hash.finish();
    return contents;
}

void copy_rows(Session& from, Session& to) {
    for (const Table& table : tables()) {
        for_each_row(from, table, [&](const Row& row) { insert_row(to, table, row); });
    }
}

void empty_tables(Session& session) {
    for (const Table& table : std::views::reverse(tables())) session.run(table.empty, {});
}

}  // namespace sparekey::sync
