#include "cli/breaches/breach_list.h"

#include "core/base/mutant.h"
#include "core/crypto/sha1.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sparekey::cli {
namespace {

constexpr std::size_t kLongestLine = 128;
/// So few bytes are read line by line.
constexpr std::uint64_t kNear = 4096;

core::Unexpected not_a_list(std::uint64_t offset) {
    return core::unexpected(
        core::ErrorCode::usage,
        "this is not a sorted list of SHA-1 hashes: see its byte " + std::to_string(offset),
        "the file has to be Have I Been Pwned's, of SHA-1, ordered by hash");
}

bool is_hash(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    });
}

std::string upper(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) {
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    }
    return folded;
}

struct Entry {
    std::string_view hash;
    bool counts = false;
};

/// "HASH:COUNT" with `digits` of a hash; nothing for anything else.
std::optional<Entry> parse_entry(std::string_view line, std::size_t digits) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() < digits + 2 || line[digits] != ':' || !is_hash(line.substr(0, digits))) {
        return std::nullopt;
    }
    const std::string_view count = line.substr(digits + 1);
    if (count.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return Entry{line.substr(0, digits), count.find_first_not_of('0') != std::string_view::npos};
}

}  // namespace

core::SecretText breach_hash(core::ByteView password) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const core::SecretBytes digest = core::sha1(password);
    core::SecretBytes text(kBreachHash);
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const std::uint8_t byte = digest.expose()[i];
        text.expose_mutable()[2 * i] = static_cast<std::uint8_t>(kDigits[byte >> 4]);
        text.expose_mutable()[2 * i + 1] = static_cast<std::uint8_t>(kDigits[byte & 15]);
    }
    return core::SecretText(std::move(text));
}

/// Where the first line starts that does so behind `offset`; the size if none does.
core::Result<std::uint64_t> BreachFile::line_behind(std::uint64_t offset) const {
    std::array<std::uint8_t, kLongestLine> block;
    const std::size_t got = read_(offset, block);
    const auto end = std::find(block.begin(), block.begin() + got, '\n');
    if (end != block.begin() + got) {
        return offset + static_cast<std::uint64_t>(end - block.begin()) + 1;
    }
    if (got == block.size()) return not_a_list(offset);
    return size_;
}

core::Result<BreachFile::Line> BreachFile::line_at(std::uint64_t start) const {
    std::array<std::uint8_t, kLongestLine> block;
    const std::size_t got = read_(start, block);
    const std::string_view text = core::text_of({block.data(), got});
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto entry = parse_entry(text.substr(0, end), kBreachHash);
    if (!entry) return not_a_list(start);
    return Line{start, start + end + 1, upper(entry->hash), entry->counts};
}

core::Result<bool> BreachFile::holds(std::string_view hash) const {
    // The hash's line, if there is one, starts in [low, high); low is the start of a line.
    std::uint64_t low = 0, high = size_;
    while (high - low > kNear) {
        const std::uint64_t middle = low + (high - low) / 2;
        SPAREKEY_TRY(const std::uint64_t start, line_behind(middle));
        if (start >= high) {
            high = middle + 1;
            continue;
        }
        SPAREKEY_TRY(const Line line, line_at(start));
        if (line.hash == hash) return line.counts;
        if (line.hash < hash) {
            low = start;
        } else {
            high = middle + 1;
        }
    }
    std::string last;
    while (low < high) {
        SPAREKEY_TRY(Line line, line_at(low));
        if (line.hash < last) return not_a_list(line.start);
        if (line.hash == hash) return line.counts;
        low = line.next;
        last = std::move(line.hash);
    }
    return false;
}

bool range_holds(std::string_view range, std::string_view hash) {
    const std::string_view rest = hash.substr(kBreachPrefix);
    while (!range.empty()) {
        const std::string_view line = range.substr(0, range.find('\n'));
        range.remove_prefix(std::min(line.size() + 1, range.size()));
        const auto entry = parse_entry(line, rest.size());
        if (!entry || upper(entry->hash) != rest) continue;
        // A line of padding is nobody's password.
        if (SPAREKEY_LEFT_OUT("breach-padding") || entry->counts) return true;
    }
    return false;
}

}  // namespace sparekey::cli
