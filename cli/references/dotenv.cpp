#include "cli/references/dotenv.h"

#include <algorithm>
#include <optional>

namespace sparekey::cli {
namespace {

constexpr std::string_view kBlanks = " \t";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Reads a file from its front and knows the line it is at.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool ended() const { return rest_.empty(); }
    core::Unexpected wrong(const std::string& what) const {
        return core::unexpected(core::ErrorCode::usage,
                                "line " + std::to_string(line_) + " " + what,
                                "KEY=VALUE, KEY=\"VALUE\", KEY='VALUE' or # a comment");
    }
    void skip_blanks() {
        const auto at = rest_.find_first_not_of(kBlanks);
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at);
    }
    /// Up to the line's end, which is taken too.
    std::string_view line() {
        const auto end = rest_.find('\n');
        std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        ++line_;
        if (text.ends_with('\r')) text.remove_suffix(1);
        return text;
    }
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    char next() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == '\n') ++line_;
        return c;
    }
    /// Up to the first of `ends`, which stays; the ends must not be '\n'.
    std::string_view until(std::string_view ends) {
        const std::string_view text = rest_.substr(0, rest_.find_first_of(ends));
        rest_.remove_prefix(text.size());
        return text;
    }
    std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
    std::size_t line_ = 1;
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// `value # comment`: the comment goes, a '#' inside a word stays.
std::string_view plain_value(std::string_view line) {
    for (const std::string_view start : {" #", "\t#"}) line = line.substr(0, line.find(start));
    return trimmed(line);
}

void append_escaped(core::SecretBuilder& value, char c) {
    switch (c) {
        case 'n':
            value.append('\n');
            break;
        case 'r':
            value.append('\r');
            break;
        case 't':
            value.append('\t');
            break;
        case '\\':
        case '"':
        case '$':
        case '`':
            value.append(c);
            break;
        default:
            value.append('\\');
            value.append(c);
    }
}

core::Result<core::SecretText> quoted_value(Reader& reader, char quote) {
    const Reader start = reader;
    core::SecretBuilder value;
    while (!reader.ended()) {
        const char c = reader.next();
        if (c == quote) {
            const std::string_view behind = plain_value(reader.line());
            if (!behind.empty()) return start.wrong("has something behind the quotes");
            return core::SecretText(std::move(value).take());
        }
        if (c == '\\' && quote == '"' && !reader.ended()) {
            append_escaped(value, reader.next());
        } else {
            value.append(c);
        }
    }
    return start.wrong("has no closing quote");
}

core::Result<Variable> read_variable(Reader& reader) {
    const Reader start = reader;
    std::string_view name = trimmed(reader.until("=\n"));
    if (name.starts_with("export ") || name.starts_with("export\t")) name = trimmed(name.substr(7));
    if (!reader.take('=')) return start.wrong("has no =");
    if (!is_variable_name(name)) return start.wrong("does not begin with a variable's name");
    Reader quoted = reader;
    quoted.skip_blanks();
    for (const char quote : {'"', '\''}) {
        if (!quoted.take(quote)) continue;
        SPAREKEY_TRY(core::SecretText value, quoted_value(quoted, quote));
        reader = quoted;
        return Variable{std::string(name), std::move(value)};
    }
    return Variable{std::string(name), core::SecretText::copy_of(plain_value(reader.line()))};
}

}  // namespace

bool is_variable_name(std::string_view name) {
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

core::Result<std::vector<Variable>> parse_dotenv(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    Reader reader(text);
    if (text.find('\0') != std::string_view::npos) {
        return core::unexpected(core::ErrorCode::usage, "the file has a NUL");
    }
    std::vector<Variable> variables;
    while (!reader.ended()) {
        reader.skip_blanks();
        const std::string_view rest = reader.rest();
        if (rest.empty() || rest.front() == '#' || rest.front() == '\n' || rest.front() == '\r') {
            reader.line();
            continue;
        }
        SPAREKEY_TRY(Variable variable, read_variable(reader));
        variables.push_back(std::move(variable));
    }
    return variables;
}

}  // namespace sparekey::cli
