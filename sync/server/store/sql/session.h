// One transaction on one connection, of either database: what the rules of this store are written
// against, once.
//
// A Query is a constant: its constructor runs only at compile time, so text that was put together
// from parts of a request cannot become one (H-16). Parameters are $1, $2 …, which both databases
// read. Sessions keep what they prepared for as long as their connection lives.
#pragma once

#include "sync/server/store/types.h"

#include <functional>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>
#include <variant>

namespace sparekey::sync {

struct Query {
    /// `postgres` where that database needs another text: a row lock, mostly.
    consteval Query(const char* both, const char* postgres_text = nullptr)
        : sqlite(both), postgres(postgres_text == nullptr ? both : postgres_text) {}
    Query(const Query&) = delete;  // its address is its name
    Query& operator=(const Query&) = delete;

    const char* sqlite;
    const char* postgres;
};

/// A parameter; what it refers to outlives the call.
using Value = std::variant<std::monostate, std::int64_t, std::string_view, ByteView>;
using Cell = std::variant<std::monostate, std::int64_t, std::string, Bytes>;

/// Numbers keep their 64 bits, for versions and the like, which are compared outside of SQL.
inline Value number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}
/// What SQL compares (times, positions): at most kMostOrdered.
inline constexpr std::uint64_t kMostOrdered = std::numeric_limits<std::int64_t>::max();
inline Value ordered(std::uint64_t value) {
    return static_cast<std::int64_t>(value < kMostOrdered ? value : kMostOrdered);
}
template <class Tag>
Value bytes(const core::Id<Tag>& id) {
    return ByteView(id.bytes);
}
inline Value bytes(ByteView view) {
    return view;
}
template <class Tag>
Value bytes(const std::optional<core::Id<Tag>>& id) {
    return id ? bytes(*id) : Value{};
}

class Row {
  public:
    explicit Row(std::vector<Cell> cells) : cells_(std::move(cells)) {}

    bool is_null(std::size_t at) const { return cells_.at(at).index() == 0; }
    std::uint64_t number(std::size_t at) const {
        return static_cast<std::uint64_t>(std::get<std::int64_t>(cells_.at(at)));
    }
    const std::string& text(std::size_t at) const { return std::get<std::string>(cells_.at(at)); }
    const Bytes& bytes(std::size_t at) const { return std::get<Bytes>(cells_.at(at)); }
    /// An id, hash or key of exactly that size. Throws SystemFailure: we wrote it otherwise.
    template <std::size_t kSize>
    std::array<std::uint8_t, kSize> array(std::size_t at) const {
        std::array<std::uint8_t, kSize> whole{};
        copy_exactly(at, whole);
        return whole;
    }
    Hash hash(std::size_t at) const { return array<32>(at); }
    template <class Id>
    Id id(std::size_t at) const {
        return Id{array<Id::kSize>(at)};
    }
    std::optional<std::uint64_t> number_or_null(std::size_t at) const {
        return is_null(at) ? std::nullopt : std::optional(number(at));
    }
    const std::vector<Cell>& cells() const { return cells_; }

  private:
    void copy_exactly(std::size_t at, core::MutableBytes to) const;
    std::vector<Cell> cells_;
};

struct Answer {
    std::vector<Row> rows;
    std::size_t changed = 0;  // rows that were written or removed

    /// The only row, if there is one.
    const Row* first() const { return rows.empty() ? nullptr : &rows.front(); }
};

class Session {
  public:
    virtual ~Session() = default;
    virtual Answer run(const Query& query, std::span<const Value> parameters) = 0;
    Answer run(const Query& query, std::initializer_list<Value> parameters) {
        return run(query, std::span(parameters.begin(), parameters.size()));
    }
};

}  // namespace sparekey::sync
