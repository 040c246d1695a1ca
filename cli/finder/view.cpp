#include "cli/finder/view.h"

#include "core/model/view.h"
#include "core/text/columns.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli::finder {
namespace {

using core::SecretBuilder;
using core::SecretText;

constexpr std::string_view kReverse = "\x1b[7m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kWide = 60;    // columns from which the host is shown
constexpr std::size_t kNarrow = 30;  // columns below which only the title is

constexpr std::string_view kKeys[] = {
    "Enter password  ^L user name  ^T one-time code  Tab details  Esc leave",
    "Enter password ^L user ^T code Tab Esc",
    "Enter ^L ^T Tab Esc",
};

SecretText secret(std::string_view text) {
    return SecretText::copy_of(text);
}

/// In exactly so many columns.
std::string cell(std::string_view text, std::size_t columns) {
    std::string fitted = core::cut_to_columns(core::printable(text), columns);
    fitted.append(columns - std::min(columns, core::columns(fitted)), ' ');
    return fitted;
}

std::string first_host(const core::Summary& summary) {
    for (const std::string& url : summary.urls) {
        std::string host = core::url_host(url);
        if (!host.empty()) return host;
    }
    return {};
}

SecretText row_line(const core::IndexRow& row, bool selected, std::size_t columns) {
    std::string line = selected ? "> " : "  ";
    const std::size_t left = columns - std::min<std::size_t>(columns, 2);
    if (columns < kNarrow) {
        line += cell(row.summary.title, left);
    } else if (columns < kWide) {
        const std::size_t title = left * 3 / 5;
        line += cell(row.summary.title, title) + " " + cell(row.summary.username, left - title - 1);
    } else {
        const std::size_t title = left * 2 / 5;
        const std::size_t username = (left - title - 2) / 2;
        line += cell(row.summary.title, title) + " " + cell(row.summary.username, username) + " " +
                cell(first_host(row.summary), left - title - username - 2);
    }
    return secret(core::cut_to_columns(line, columns));
}

/// The end of a query that is too long is what is being typed.
std::string shown_query(const State& state, std::size_t columns) {
    std::string query = core::printable(state.query);
    const std::size_t room = columns - std::min<std::size_t>(columns, 3);
    while (core::columns(query) > room) {
        std::size_t next = 1;
        while (next < query.size() && (static_cast<unsigned char>(query[next]) & 0xC0) == 0x80) {
            ++next;
        }
        query.erase(0, next);
    }
    return query;
}

SecretText prompt_line(const State& state, std::size_t columns) {
    std::string line = "> " + shown_query(state, columns);
    const std::size_t used = core::columns(line);
    const std::string vault = core::printable(state.vault);
    const std::size_t needed = core::columns(vault);
    if (used + needed + 4 <= columns) line += std::string(columns - used - needed, ' ') + vault;
    return secret(core::cut_to_columns(line, columns));
}

SecretText last_line(const State& state, std::size_t columns) {
    if (!state.message.empty()) {
        return secret(core::cut_to_columns(core::printable(state.message.expose()), columns));
    }
    for (const std::string_view keys : kKeys) {
        if (keys.size() <= columns) return secret(keys);
    }
    return secret(std::string_view("Esc").substr(0, columns));
}

std::size_t detail_rows(const State& state, Size size) {
    if (state.details.empty() || size.rows < 5) return 0;
    const std::size_t most = (size.rows - 2) * 2 / 3;
    return std::min(state.details.size() + 1, most);  // with the line above
}

void append_details(std::vector<SecretText>& lines, const State& state, Size size) {
    const std::size_t rows = detail_rows(state, size);
    if (rows == 0) return;
    lines.push_back(secret(std::string(size.columns, '-')));
    const bool whole = state.details.size() < rows;
    const std::size_t shown = whole ? state.details.size() : rows - 1;
    for (std::size_t i = 0; i < shown; ++i) {
        const bool cut = i + 1 == shown && shown < state.details.size();
        lines.push_back(secret(core::cut_to_columns(
            cut ? "… more: sparekey get" : state.details[i].expose(), size.columns)));
    }
}

void append_lines(std::vector<SecretText>& lines, std::string_view label, std::string_view value) {
    std::size_t start = 0;
    while (!value.empty() && start <= value.size()) {
        const std::size_t end = std::min(value.find('\n', start), value.size());
        SecretBuilder line;
        line.append(start == 0 ? core::printable(label) + ": " : std::string("  "));
        line.append(core::printable(value.substr(start, end - start)));
        lines.push_back(SecretText(std::move(line).take()));
        start = end + 1;
    }
}

}  // namespace

std::vector<SecretText> detail_lines(const core::Item& item) {
    std::vector<SecretText> lines;
    append_lines(lines, "title", item.title);
    append_lines(lines, "username", item.username);
    append_lines(lines, "password", item.password.expose());
    for (const std::string& url : item.urls) append_lines(lines, "url", url);
    for (const std::string& tag : item.tags) append_lines(lines, "tag", tag);
    for (const core::CustomField& field : item.fields) {
        append_lines(lines, field.name, field.value.expose());
    }
    for (const std::string& name : item.sign_in_with) append_lines(lines, "sign in with", name);
    for (const core::Attachment& attachment : item.attachments) {
        append_lines(lines, "attachment", attachment.name);
    }
    append_lines(lines, "notes", item.notes.expose());
    return lines;
}

std::size_t list_rows(const State& state, Size size) {
    const std::size_t others = 2 + detail_rows(state, size);
    return size.rows > others ? size.rows - others : 0;
}

std::vector<SecretText> lines(const State& state, Size size) {
    std::vector<SecretText> all;
    all.push_back(prompt_line(state, size.columns));
    const std::size_t fit = list_rows(state, size);
    for (std::size_t i = 0; i < fit; ++i) {
        const std::size_t at = state.top + i;
        if (at < state.rows.size()) {
            all.push_back(row_line(state.rows[at], at == state.selected, size.columns));
        } else if (i == 0) {
            all.push_back(secret(core::cut_to_columns("  nothing matches", size.columns)));
        } else {
            all.push_back({});
        }
    }
    append_details(all, state, size);
    if (size.rows > 1) all.push_back(last_line(state, size.columns));
    return all;
}

SecretText frame(const State& state, Size size, Style style) {
    SecretBuilder bytes;
    bytes.append("\x1b[?25l\x1b[H");
    const std::vector<SecretText> all = lines(state, size);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool selected = i > 0 && i <= list_rows(state, size) &&
                              state.top + i - 1 == state.selected && !state.rows.empty();
        const bool reversed = selected && style == Style::coloured;
        if (reversed) bytes.append(kReverse);
        bytes.append(all[i].expose());
        if (reversed) bytes.append(kPlain);
        // A full line is not erased behind: the cursor waits on its last column.
        if (core::columns(all[i].expose()) < size.columns) bytes.append("\x1b[K");
        if (i + 1 < all.size()) bytes.append("\r\n");
    }
    const std::size_t column = 3 + core::columns(shown_query(state, size.columns));
    bytes.append("\x1b[1;" + std::to_string(std::min(column, size.columns)) + "H\x1b[?25h");
    return SecretText(std::move(bytes).take());
}

}  // namespace sparekey::cli::finder
