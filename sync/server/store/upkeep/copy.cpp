#include "sync/server/store/upkeep/copy.h"

#include "sync/protocol/framed_hash.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

/// The kind of the cell, then what it holds: no two rows look the same.
void add_cell(FramedHash& hash, const Cell& cell) {
    struct Adder {
        void operator()(std::monostate) const {}
        void operator()(std::int64_t number) const {
            hash.number(static_cast<std::uint64_t>(number));
        }
        void operator()(const std::string& text) const { hash.text(text); }
        void operator()(const Bytes& bytes) const { hash.bytes(bytes); }
        FramedHash& hash;
    };
    hash.number(cell.index());
    std::visit(Adder{hash}, cell);
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
    FramedHash hash;
    for (const Table& table : tables()) {
        std::uint64_t& count = contents.rows[table.name];
        for_each_row(session, table, [&](const Row& row) {
            ++count;
            for (const Cell& cell : row.cells()) add_cell(hash, cell);
        });
        hash.number(count);
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
    const auto all = tables();
    for (auto table = all.rbegin(); table != all.rend(); ++table) session.run(table->empty, {});
}

}  // namespace sparekey::sync
