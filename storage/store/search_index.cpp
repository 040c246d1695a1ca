#include "storage/store/search_index.h"

#include "core/text/unicode.h"
#include "storage/store/trigram_check.h"

#include <string>

namespace sparekey::storage {
namespace {

constexpr std::string_view kColumns =
    "SELECT entries.id, entries.revision, entries.type, entries.trashed, entries.favorite, "
    "entries.created, entries.modified, entries.conflicts, entries.title, entries.username, "
    "entries.urls, entries.tags, entries.seq FROM entries ";
constexpr std::string_view kOrder =
    " ORDER BY entries.title_fold, entries.username_fold, entries.id";
constexpr std::size_t kTrigram = 3;
// FTS5's own settings: bytes of new entries in memory, and how many segments are merged.
constexpr std::int64_t kMemory = std::int64_t{1} << 20;
constexpr std::int64_t kMergeFrom = 4;
constexpr std::int64_t kBulkMemory = std::int64_t{4} << 20;

/// Elements of a set in one column, each ended by a unit separator; one within is written as two
/// characters, as is the first of these.
constexpr char kSeparator = '\x1f';
constexpr char kEscape = '\x1e';
constexpr std::string_view kEscaped = "\x1e\x1f";

void append_element(std::string& joined, std::string_view text) {
    for (const char c : text) {
        const auto which = kEscaped.find(c);
        if (which == std::string_view::npos) {
            joined += c;
        } else {
            joined += {kEscape, static_cast<char>('0' + which)};
        }
    }
    joined += kSeparator;
}

std::string element(std::string_view written) {
    std::string text;
    for (std::size_t i = 0; i < written.size(); ++i) {
        const bool escaped = written[i] == kEscape && i + 1 < written.size();
        if (escaped && (written[i + 1] == '0' || written[i + 1] == '1')) {
            text += kEscaped[static_cast<std::size_t>(written[++i] - '0')];
        } else {
            text += written[i];
        }
    }
    return text;
}

std::string join(const std::vector<std::string>& texts) {
    std::string joined;
    for (const std::string& text : texts) append_element(joined, text);
    return joined;
}

std::vector<std::string> split(std::string_view joined) {
    std::vector<std::string> texts;
    for (auto end = joined.find(kSeparator); end != std::string_view::npos;
         end = joined.find(kSeparator)) {
        texts.push_back(element(joined.substr(0, end)));
        joined.remove_prefix(end + 1);
    }
    return texts;
}

std::string join_folded_hosts(const std::vector<std::string>& urls) {
    std::string hosts;
    for (const std::string& url : urls) append_element(hosts, core::fold(core::url_host(url)));
    return hosts;
}

std::string join_folded(const std::vector<std::string>& texts) {
    std::string folded;
    for (const std::string& text : texts) append_element(folded, core::fold(text));
    return folded;
}

std::string_view shelf_condition(core::Shelf shelf) {
    switch (shelf) {
        case core::Shelf::live:
            return " AND entries.trashed = 0";
        case core::Shelf::trash:
            return " AND entries.trashed = 1";
        case core::Shelf::both:
            return "";
    }
    return "";
}

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    return count;
}

const char* fold_column(core::Match match) {
    switch (match) {
        case core::Match::username_prefix:
        case core::Match::username_substring:
            return "username_fold";
        case core::Match::host_prefix:
        case core::Match::host_substring:
            return "hosts_fold";
        case core::Match::tag_prefix:
        case core::Match::tag_substring:
            return "tags_fold";
        default:
            return "title_fold";
    }
}

const char* trigram_column(core::Match match) {
    switch (match) {
        case core::Match::username_prefix:
        case core::Match::username_substring:
            return "username";
        case core::Match::host_prefix:
        case core::Match::host_substring:
            return "hosts";
        case core::Match::tag_prefix:
        case core::Match::tag_substring:
            return "tags";
        default:
            return "title";
    }
}

/// The text as one FTS5 phrase of one column: a substring, with the trigram tokenizer.
std::string phrase(core::Match match, std::string_view text) {
    std::string quoted = std::string(trigram_column(match)) + " : \"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

bool is_prefix(core::Match match) {
    return match == core::Match::username_prefix || match == core::Match::host_prefix ||
           match == core::Match::tag_prefix;
}

/// The smallest text that is larger than every text with this prefix.
std::string after_prefix(std::string_view prefix) {
    std::string end(prefix);
    end += "\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf";  // U+10FFFF twice
    return end;
}

core::IndexRow read_row(Statement& statement) {
    const auto id = core::RecordId::from_bytes(statement.bytes(0));
    if (!id) throw CorruptDatabase("vault.db: a search entry has no id");
    core::IndexRow row;
    row.id = *id;
    row.revision = static_cast<std::uint64_t>(statement.integer(1));
    row.summary.type = static_cast<core::ItemType>(statement.integer(2));
    row.summary.deleted = statement.integer(3) != 0;
    row.summary.favorite = statement.integer(4) != 0;
    row.summary.created_ms = static_cast<std::uint64_t>(statement.integer(5));
    row.summary.modified_ms = static_cast<std::uint64_t>(statement.integer(6));
    row.summary.conflicts = static_cast<std::size_t>(statement.integer(7));
    row.summary.title = std::string(statement.text(8));
    row.summary.username = std::string(statement.text(9));
    row.summary.urls = split(statement.text(10));
    row.summary.tags = split(statement.text(11));
    return row;
}

std::string query_for(core::Match match, std::string_view folded, core::Shelf shelf) {
    std::string sql(kColumns);
    switch (match) {
        case core::Match::title_equals:
            sql += "WHERE entries.title_fold = ?1";
            break;
        case core::Match::title_and_username_equal:
            sql += "WHERE entries.title_fold = ?1 AND entries.username_fold = ?2";
            break;
        case core::Match::title_prefix:
            sql += "WHERE entries.title_fold >= ?1 AND entries.title_fold < ?2";
            break;
        default:
            // A narrow scan serves what is shorter than a trigram.
            const std::string column = "entries." + std::string(fold_column(match));
            if (characters(folded) < kTrigram) {
                sql += "WHERE instr(" + column + ", ?1) > 0";
            } else {
                sql +=
                    "JOIN entries_fts ON entries_fts.rowid = entries.seq WHERE entries_fts MATCH "
                    "?1";
            }
            // The beginning of the text, or of one of its elements.
            if (is_prefix(match))
                sql += " AND instr(char(31) || " + column + ", char(31) || ?2) > 0";
    }
    return sql + std::string(shelf_condition(shelf)) + std::string(kOrder);
}

}  // namespace

IndexTexts::IndexTexts(const core::IndexRow& row)
    : urls(join(row.summary.urls)),
      tags(join(row.summary.tags)),
      folded_title(core::fold(row.summary.title)),
      folded_username(core::fold(row.summary.username)),
      folded_hosts(join_folded_hosts(row.summary.urls)),
      folded_tags(join_folded(row.summary.tags)) {}

std::size_t IndexTexts::bytes() const {
    return urls.size() + tags.size() + folded_title.size() + folded_username.size() +
           folded_hosts.size() + folded_tags.size();
}

SearchIndex::SearchIndex(Database& database)
    : database_(database),
      put_entry_(
          database,
          "INSERT INTO entries(seq, id, revision, type, trashed, favorite, "
          "created, modified, conflicts, title, username, urls, tags, title_fold, "
          "username_fold, hosts_fold, tags_fold) "
          "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"),
      put_trigrams_(database,
                    "INSERT INTO entries_fts(rowid, title, username, hosts, tags) "
                    "VALUES(?1, ?2, ?3, ?4, ?5)"),
      remove_entry_(database, "DELETE FROM entries WHERE seq = ?1 RETURNING trashed, conflicts"),
      remove_trigrams_(database, "DELETE FROM entries_fts WHERE rowid = ?1"),
      counts_(database) {}

void SearchIndex::begin_bulk() {
    set_option("hashsize", kBulkMemory);
    set_option("automerge", 0);
}

void SearchIndex::end_bulk() {
    set_option("hashsize", kMemory);
    set_option("automerge", kMergeFrom);
}

/// FTS5 takes its settings as rows of its table.
void SearchIndex::set_option(std::string_view name, std::int64_t value) {
    Statement set(database_, "INSERT INTO entries_fts(entries_fts, rank) VALUES(?1, ?2)");
    set.bind(1, name).bind(2, value).run();
}

void SearchIndex::put(std::int64_t seq, const core::IndexRow& row, const IndexTexts& texts) {
    const core::Summary& summary = row.summary;
    put_entry_.bind(1, seq)
        .bind(2, core::ByteView(row.id.bytes))
        .bind(3, static_cast<std::int64_t>(row.revision))
        .bind(4, static_cast<std::int64_t>(summary.type))
        .bind(5, std::int64_t{summary.deleted})
        .bind(6, std::int64_t{summary.favorite})
        .bind(7, static_cast<std::int64_t>(summary.created_ms))
        .bind(8, static_cast<std::int64_t>(summary.modified_ms))
        .bind(9, static_cast<std::int64_t>(summary.conflicts))
        .bind(10, std::string_view(summary.title))
        .bind(11, std::string_view(summary.username))
        .bind(12, std::string_view(texts.urls))
        .bind(13, std::string_view(texts.tags))
        .bind(14, std::string_view(texts.folded_title))
        .bind(15, std::string_view(texts.folded_username))
        .bind(16, std::string_view(texts.folded_hosts))
        .bind(17, std::string_view(texts.folded_tags))
        .run();
    put_trigrams_.bind(1, seq)
        .bind(2, std::string_view(texts.folded_title))
        .bind(3, std::string_view(texts.folded_username))
        .bind(4, std::string_view(texts.folded_hosts))
        .bind(5, std::string_view(texts.folded_tags))
        .run();
    counts_.add(summary.deleted, summary.conflicts);
}

void SearchIndex::remove(std::int64_t seq) {
    remove_entry_.bind(1, seq);
    const bool present = remove_entry_.step();
    if (present) {
        counts_.take(remove_entry_.integer(0) != 0,
                     static_cast<std::size_t>(remove_entry_.integer(1)));
    }
    remove_entry_.reset();
    if (present) remove_trigrams_.bind(1, seq).run();
}

std::vector<core::IndexRow> SearchIndex::rows(Statement& statement, std::size_t limit) {
    std::vector<core::IndexRow> found;
    while (found.size() < limit && statement.step()) found.push_back(read_row(statement));
    return found;
}

std::vector<core::IndexRow> SearchIndex::lookup(core::Match match, std::string_view folded,
                                                core::Shelf shelf, std::size_t limit) {
    const std::string sql = query_for(match, folded, shelf);
    Statement statement(database_, sql);
    if (match == core::Match::title_and_username_equal) {
        std::vector<core::IndexRow> found;
        // A title may hold a '/' itself, so each is tried.
        for (auto at = folded.find('/'); at != std::string_view::npos && found.size() < limit;
             at = folded.find('/', at + 1)) {
            statement.bind(1, folded.substr(0, at)).bind(2, folded.substr(at + 1));
            for (core::IndexRow& row : rows(statement, limit)) found.push_back(std::move(row));
            statement.reset();
        }
        return found;
    }
    const bool by_trigrams = match != core::Match::title_equals &&
                             match != core::Match::title_prefix && characters(folded) >= kTrigram;
    const std::string text = by_trigrams ? phrase(match, folded) : std::string(folded);
    const std::string end = after_prefix(folded);
    statement.bind(1, std::string_view(text));
    if (match == core::Match::title_prefix) statement.bind(2, std::string_view(end));
    if (is_prefix(match)) statement.bind(2, folded);
    return rows(statement, limit);
}

std::optional<core::IndexRow> SearchIndex::row(std::int64_t seq) {
    Statement statement(database_, std::string(kColumns) + "WHERE entries.seq = ?1");
    statement.bind(1, seq);
    if (!statement.step()) return std::nullopt;
    return read_row(statement);
}

void SearchIndex::each(core::Shelf shelf, const std::function<bool(const core::IndexRow&)>& visit) {
    // By place: any other order would fetch, and decrypt, a page for every row.
    Statement statement(database_, std::string(kColumns) + "WHERE 1" +
                                       std::string(shelf_condition(shelf)) +
                                       " ORDER BY entries.seq");
    while (statement.step() && visit(read_row(statement))) {
    }
}

std::optional<std::int64_t> SearchIndex::each_after(
    std::int64_t seq, std::size_t count,
    const std::function<void(std::int64_t, const core::IndexRow&)>& visit) {
    Statement statement(
        database_, std::string(kColumns) + "WHERE entries.seq > ?1 ORDER BY entries.seq LIMIT ?2");
    statement.bind(1, seq).bind(2, static_cast<std::int64_t>(count));
    std::optional<std::int64_t> last;
    while (statement.step()) {
        last = statement.integer(12);
        visit(*last, read_row(statement));
    }
    return last;
}

void SearchIndex::each_conflicting(const std::function<void(const core::IndexRow&)>& visit) {
    Statement statement(database_,
                        std::string(kColumns) + "WHERE entries.conflicts > 0 ORDER BY entries.seq");
    while (statement.step()) visit(read_row(statement));
}

void SearchIndex::check() {
    const auto stale = [] { return CorruptDatabase("vault.db: its search index is damaged"); };
    // FTS5's own check is a command in the shape of a write.
    if (!database_.is_read_only()) {
        database_.execute("INSERT INTO entries_fts(entries_fts) VALUES('integrity-check')");
    }
    Statement counts(database_,
                     "SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM entries_fts)");
    if (!counts.step() || counts.integer(0) != counts.integer(1)) throw stale();
    counts_.check();
    require_own_trigrams(database_);
}

}  // namespace sparekey::storage
