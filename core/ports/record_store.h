// Where sealed records live, as the core sees it: the local store, or memory in tests.
//
// The store keeps blobs and a search index derived from them; it never opens a blob. It answers for
// freshness: what load() returns has been checked against the state root, so an old page put back
// is ErrorCode::integrity, never old data. Disk failures are SystemFailure.
#pragma once

#include "core/base/result.h"
#include "core/model/view.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace sparekey::core {

/// Stored inside the sealed plaintext as one byte, and beside it for listing: append only.
/// `unreadable` is never sealed: a record as another device sent it, kept though it does not open.
enum class RecordType : std::uint8_t {
    unreadable = 0,
    item = 1,
    history = 2,
    attachment = 3,
    setting = 4
};

struct Record {
    RecordId id;
    RecordType type = RecordType::item;
    std::optional<RecordId> parent;  // the item of a history entry or an attachment chunk
    std::uint64_t version = 1;
    std::uint32_t epoch = 1;
    Bytes blob;
    /// Where it stands among its parent's records of its type, as bytes in the order that is meant,
    /// so that they can be counted off without being opened. Kept from the first put(), beside the
    /// blob on this device only. Empty: not known.
    Bytes place = {};
};

/// A record as its parent knows it.
struct Child {
    RecordId id;
    Bytes place;
};

/// A row of the search index: one an item.
struct IndexRow {
    RecordId id;
    std::uint64_t revision = 0;
    Summary summary;
};

/// How text is compared with a query; both sides are case-folded (core/text/unicode.h). The best
/// match first.
enum class Match {
    title_equals,
    title_and_username_equal,  // the query is "title/username"
    title_prefix,
    username_prefix,
    host_prefix,
    tag_prefix,
    title_substring,
    username_substring,
    host_substring,
    tag_substring,
};
inline constexpr std::size_t kMatches = 10;

enum class Shelf { live, trash, both };

/// All or nothing: changes become visible and durable in commit(); ending without it undoes them.
class RecordTransaction {
  public:
    virtual ~RecordTransaction() = default;
    /// Inserts or replaces. An item comes with its index row.
    virtual void put(const Record& record, const IndexRow* index) = 0;
    /// Absent: does nothing.
    virtual void remove(const RecordId& id) = 0;
    /// For a record whose place was not known. Absent: does nothing.
    virtual void put_place(const RecordId& id, ByteView place) = 0;
    /// Returns when durable. Throws SystemFailure with the transaction undone.
    virtual void commit() = 0;
};

class RecordStore {
  public:
    virtual ~RecordStore() = default;

    /// As the open transaction sees it, if there is one. ErrorCode::not_found or
    /// ErrorCode::integrity.
    virtual Result<Record> load(const RecordId& id) = 0;
    virtual bool contains(const RecordId& id) = 0;
    /// Records of `type` whose parent is `parent`, by place; those without one come first.
    virtual std::vector<Child> children(const RecordId& parent, RecordType type) = 0;
    virtual std::unique_ptr<RecordTransaction> begin() = 0;

    /// Index rows that match, best known order: title, then user name; at most `limit`.
    virtual std::vector<IndexRow> lookup(Match match, std::string_view folded_query, Shelf shelf,
                                         std::size_t limit) = 0;
    virtual std::optional<IndexRow> index_row(const RecordId& id) = 0;
    /// Every index row as it was added, in no order of use; stops when `visit` returns false.
    virtual void each_index_row(Shelf shelf, const std::function<bool(const IndexRow&)>& visit) = 0;
    /// Those with conflicts, on both shelves.
    virtual void each_conflicting_row(const std::function<void(const IndexRow&)>& visit) = 0;
    // Both at the cost of a look-up, whatever the size of the vault.
    virtual std::size_t count(Shelf shelf) = 0;
    virtual std::size_t conflict_count(Shelf shelf) = 0;
};

}  // namespace sparekey::core
