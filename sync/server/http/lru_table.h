// A bounded table that forgets what was not used for longest. Not for several threads at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <unordered_map>
#include <utility>

namespace sparekey::sync {

/// 128 bits that look random, such as a keyed hash: the first 64 serve as the table's hash.
using TableKey = std::array<std::uint8_t, 16>;

template <class Value>
class LruTable {
  public:
    explicit LruTable(std::size_t most) : most_(most) {}

    /// Nothing is made and nothing counts as used.
    const Value* peek(const TableKey& key) const {
        const auto found = places_.find(key);
        return found == places_.end() ? nullptr : &found->second->second;
    }
    /// Made if it is not there, in place of the one that was not used for longest if the table is
    /// full. Valid until the next call.
    Value& use(const TableKey& key) {
        if (const auto found = places_.find(key); found != places_.end()) {
            entries_.splice(entries_.begin(), entries_, found->second);
            return found->second->second;
        }
        if (entries_.size() == most_) erase(entries_.back().first);
        entries_.emplace_front(key, Value{});
        places_.emplace(key, entries_.begin());
        return entries_.front().second;
    }
    void erase(const TableKey& key) {
        const auto found = places_.find(key);
        if (found == places_.end()) return;
        entries_.erase(found->second);
        places_.erase(found);
    }
    std::size_t size() const { return entries_.size(); }

  private:
    struct Hash {
        std::size_t operator()(const TableKey& key) const {
            std::uint64_t first = 0;
            std::memcpy(&first, key.data(), sizeof first);
            return first;
        }
    };
    using Entries = std::list<std::pair<TableKey, Value>>;  // the last used first
    std::size_t most_;
    Entries entries_;
    std::unordered_map<TableKey, typename Entries::iterator, Hash> places_;
};

}  // namespace sparekey::sync
