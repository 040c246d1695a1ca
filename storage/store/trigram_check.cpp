#include "storage/store/trigram_check.h"

#include "storage/sqlite/statement.h"

#include <array>
#include <deque>
#include <string_view>

namespace sparekey::storage {
namespace {

constexpr std::size_t kInOne = 3;
constexpr std::array<std::string_view, 4> kIndexed = {"title", "username", "hosts", "tags"};

/// Well mixed, so that sums of different sets differ (the finalizer of Steele et al., "Fast
/// splittable pseudorandom number generators", OOPSLA 2014). Nobody can choose what is added:
/// whoever puts an old page back has only those that were once written.
std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

/// A set of trigrams in their places, whatever order they come in.
class TrigramSum {
  public:
    void add(std::string_view trigram, std::int64_t entry, std::size_t column, std::int64_t place) {
        std::uint64_t hash = mixed(static_cast<std::uint64_t>(entry));
        hash = mixed(hash ^ (static_cast<std::uint64_t>(place) << 8 | column));
        for (const char c : trigram) hash = mixed(hash ^ static_cast<unsigned char>(c));
        sum_ += hash;
        ++count_;
    }
    bool operator==(const TrigramSum&) const = default;

  private:
    std::uint64_t sum_ = 0;
    std::uint64_t count_ = 0;
};

/// Takes the first character off `text`, as FTS5 reads it.
std::string_view next_character(std::string_view& text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    const std::string_view character = text.substr(0, size);
    text.remove_prefix(size);
    // U+FFFE and U+FFFF are no characters: it puts U+FFFD in their place.
    const bool is_none = character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
    return is_none ? "\xEF\xBF\xBD" : character;
}

/// What FTS5's tokenizer makes of the text, of which it reads nothing after a NUL.
void add_trigrams(TrigramSum& sum, std::string_view text, std::int64_t entry, std::size_t column) {
    text = text.substr(0, text.find('\0'));
    std::deque<std::string_view> last;
    std::string trigram;
    for (std::int64_t place = 0; !text.empty();) {
        last.push_back(next_character(text));
        if (last.size() < kInOne) continue;
        trigram.clear();
        for (const std::string_view character : last) trigram += character;
        sum.add(trigram, entry, column, place++);
        last.pop_front();
    }
}

TrigramSum of_entries(Database& database) {
    TrigramSum sum;
    Statement entries(database,
                      "SELECT seq, title_fold, username_fold, hosts_fold, tags_fold FROM entries");
    while (entries.step()) {
        for (std::size_t column = 0; column < kIndexed.size(); ++column) {
            add_trigrams(sum, entries.text(static_cast<int>(column) + 1), entries.integer(0),
                         column);
        }
    }
    return sum;
}

TrigramSum of_index(Database& database) {
    // A view of the index, in memory: FTS5 writes nothing for it.
    database.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed_trigrams "
        "USING fts5vocab(main, entries_fts, instance)");
    TrigramSum sum;
    Statement instances(database, "SELECT term, doc, col, offset FROM temp.indexed_trigrams");
    while (instances.step()) {
        const std::string_view name = instances.text(2);
        std::size_t column = 0;
        while (column < kIndexed.size() && kIndexed[column] != name) ++column;
        sum.add(instances.text(0), instances.integer(1), column, instances.integer(3));
    }
    return sum;
}

}  // namespace

void require_own_trigrams(Database& database) {
    if (of_entries(database) != of_index(database)) {
        throw CorruptDatabase("vault.db: its search index is damaged");
    }
}

}  // namespace sparekey::storage
