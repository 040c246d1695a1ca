#include "sync/server/config/reader.h"

#include "core/text/unicode.h"

#include <charconv>
#include <fstream>

namespace sparekey::sync {
namespace {

constexpr std::string_view kOuterPrefix = "SPAREKEY_SERVER_";
constexpr std::size_t kLargestFile = 64 * 1024;

std::string upper(std::string_view text) {
    std::string made(text);
    for (char& letter : made) {
        if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
        if (letter == '-' || letter == '.') letter = '_';
    }
    return made;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failure == std::errc() && end == text.data() + text.size() && !text.empty();
    return whole ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) {
    std::uint64_t unit = 1000;
    if (!text.empty() && (text.back() == 's' || text.back() == 'm' || text.back() == 'h')) {
        if (text.back() == 'm') unit = 60'000;
        if (text.back() == 'h') unit = 3'600'000;
        text.remove_suffix(1);
    }
    const auto number = parse_number(text);
    if (!number || *number > 1'000'000'000) return std::nullopt;
    return *number * unit;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        std::string_view part = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
}

std::optional<std::vector<std::string>> texts_of(const toml::array* array) {
    if (array == nullptr) return std::nullopt;
    std::vector<std::string> texts;
    for (const toml::node& node : *array) {
        auto text = node.value_exact<std::string>();
        if (!text) return std::nullopt;
        texts.push_back(std::move(*text));
    }
    return texts;
}

/// "a, b", or as the file would have it: ["a", "b"].
std::optional<std::vector<std::string>> given_list(const std::string& text) {
    if (!text.starts_with('[')) return split(text);
    try {
        const toml::table parsed = toml::parse("list = " + text);
        return texts_of(parsed["list"].as_array());
    } catch (const toml::parse_error&) {
        return std::nullopt;
    }
}

}  // namespace

TableReader::TableReader(const toml::table& table, std::string_view prefix,
                         const Environment& environment, std::vector<Complaint>& complaints,
                         std::set<std::string>& asked)
    : table_(table),
      prefix_(upper(prefix)),
      environment_(environment),
      complaints_(complaints),
      asked_(asked) {}

std::string TableReader::variable(const std::string& key) const {
    return prefix_ + upper(key);
}

Place TableReader::place(const std::string& key) const {
    for (const std::string& name : {variable(key), variable(key + "_file")}) {
        if (environment_.contains(name)) return {0, name};
    }
    for (const std::string& name : {key, key + "_file"}) {
        if (const toml::node* const found = table_.get(name)) return {found->source().begin.line};
    }
    // The whole file begins at no line that would help.
    return {prefix_ == kOuterPrefix ? 0 : table_.source().begin.line};
}

void TableReader::complain(const std::string& key, const std::string& what) {
    complaints_.push_back(complaint_at(place(key), key + " " + what));
}

const toml::node* TableReader::node(const std::string& key) {
    known_.insert(key);
    return table_.get(key);
}

std::optional<std::string> TableReader::content(const std::string& key, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(kLargestFile + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.is_open() || file.bad() || file.gcount() > std::streamsize{kLargestFile}) {
        complain(key, "names " + core::printable(path) + ", which cannot be read");
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

std::optional<std::string> TableReader::from_environment(const std::string& key) {
    asked_.insert(variable(key));
    const auto found = environment_.find(variable(key));
    return found == environment_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> TableReader::text(const std::string& key) {
    const std::string file_key = key + "_file";
    const toml::node* const own = node(key);
    const toml::node* const file = node(file_key);
    auto set = from_environment(key);
    const auto set_file = from_environment(file_key);
    if (set) return set;
    if (set_file) return content(file_key, *set_file);
    if (own != nullptr && file != nullptr) {
        complain(key, "and " + file_key + " are both given");
        return std::nullopt;
    }
    const toml::node* const given = own != nullptr ? own : file;
    if (given == nullptr) return std::nullopt;
    const auto value = given->value_exact<std::string>();
    if (!value) {
        complain(own != nullptr ? key : file_key, "has to be text");
        return std::nullopt;
    }
    return own != nullptr ? value : content(file_key, *value);
}

std::optional<bool> TableReader::flag(const std::string& key) {
    const toml::node* const given = node(key);
    if (const auto value = from_environment(key)) {
        if (*value == "true") return true;
        if (*value == "false") return false;
        complain(key, "has to be true or false");
        return std::nullopt;
    }
    if (given == nullptr) return std::nullopt;
    const auto value = given->value_exact<bool>();
    if (!value) complain(key, "has to be true or false");
    return value;
}

std::optional<std::uint64_t> TableReader::number(const std::string& key, std::uint64_t least,
                                                 std::uint64_t most) {
    const toml::node* const given = node(key);
    std::optional<std::uint64_t> value;
    if (const auto text = from_environment(key)) {
        value = parse_number(*text);
    } else if (given == nullptr) {
        return std::nullopt;
    } else if (const auto whole = given->value_exact<std::int64_t>(); whole && *whole >= 0) {
        value = static_cast<std::uint64_t>(*whole);
    }
    if (value && *value >= least && *value <= most) return value;
    complain(key,
             "has to be a number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
}

std::optional<std::uint64_t> TableReader::duration(const std::string& key, std::uint64_t least_ms,
                                                   std::uint64_t most_ms) {
    const toml::node* const given = node(key);
    std::optional<std::uint64_t> value;
    if (const auto text = from_environment(key)) {
        value = parse_duration_ms(*text);
    } else if (given == nullptr) {
        return std::nullopt;
    } else if (const auto whole = given->value_exact<std::int64_t>(); whole && *whole >= 0) {
        value = static_cast<std::uint64_t>(*whole) * 1000;
    } else if (const auto written = given->value_exact<std::string>()) {
        value = parse_duration_ms(*written);
    }
    if (value && *value >= least_ms && *value <= most_ms) return value;
    complain(key, "has to be a time such as \"30s\" or \"10m\", from " +
                      std::to_string(least_ms / 1000) + " to " + std::to_string(most_ms / 1000) +
                      " seconds");
    return std::nullopt;
}

std::optional<std::vector<std::string>> TableReader::list(const std::string& key) {
    const toml::node* const given = node(key);
    const auto text = from_environment(key);
    if (!text && given == nullptr) return std::nullopt;
    auto values = text ? given_list(*text) : texts_of(given->as_array());
    if (!values) complain(key, "has to be a list of texts");
    return values;
}

std::optional<std::variant<std::string, std::vector<std::string>>> TableReader::text_or_list(
    const std::string& key) {
    using Either = std::variant<std::string, std::vector<std::string>>;
    const toml::node* const given = node(key);
    const auto set = from_environment(key);
    const bool several = set && (set->find(',') != std::string::npos || set->starts_with('['));
    if (several || (given != nullptr && given->is_array() && !set)) {
        auto values = list(key);
        return values ? std::optional(Either(std::move(*values))) : std::nullopt;
    }
    if (given != nullptr && !given->is_string() && !set) {
        complain(key, "has to be text or a list of texts");
        return std::nullopt;
    }
    auto value = text(key);
    return value ? std::optional(Either(std::move(*value))) : std::nullopt;
}

const toml::table* TableReader::table(const std::string& key) {
    const toml::node* const given = node(key);
    if (given != nullptr && !given->is_table()) complain(key, "has to be a section, [" + key + "]");
    return given == nullptr ? nullptr : given->as_table();
}

const toml::array* TableReader::tables(const std::string& key) {
    const toml::node* const given = node(key);
    const bool right = given != nullptr && given->is_array_of_tables();
    if (given != nullptr && !right) complain(key, "has to be written as [[" + key + "]]");
    return right ? given->as_array() : nullptr;
}

void TableReader::finish() {
    for (const auto& [key, value] : table_) {
        if (!known_.contains(std::string(key.str()))) {
            complaints_.push_back({value.source().begin.line,
                                   "there is no key \"" + core::printable(key.str()) + "\""});
        }
    }
}

}  // namespace sparekey::sync
