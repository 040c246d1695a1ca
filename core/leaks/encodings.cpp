#include "core/leaks/encodings.h"

#include <algorithm>
#include <cstring>

namespace sparekey::core {
namespace {

constexpr std::uint8_t kForeign = 0xff;

/// What a character stands for, in both alphabets of base64 and in hexadecimal, and its class.
struct Tables {
    std::array<std::uint8_t, 256> sextet{};
    std::array<std::uint8_t, 256> nibble{};
    std::array<std::uint8_t, 256> classes{};

    constexpr Tables() {
        sextet.fill(kForeign);
        nibble.fill(kForeign);
        for (std::uint8_t i = 0; i < 26; ++i) {
            sextet['A' + i] = i;
            sextet['a' + i] = static_cast<std::uint8_t>(26 + i);
            classes['A' + i] = kUpper;
            classes['a' + i] = kLower;
        }
        for (std::uint8_t i = 0; i < 10; ++i) {
            sextet['0' + i] = static_cast<std::uint8_t>(52 + i);
            nibble['0' + i] = i;
            classes['0' + i] = kDigit;
        }
        for (std::uint8_t i = 0; i < 6; ++i) {
            nibble['a' + i] = nibble['A' + i] = static_cast<std::uint8_t>(10 + i);
        }
        sextet['+'] = sextet['-'] = 62;
        sextet['/'] = sextet['_'] = 63;
    }
};
constexpr Tables kTables;

using CharacterSet = std::array<std::uint8_t, 256>;

struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool any() const { return end > begin; }
};

/// The next run of at least `shortest` characters of `alphabet` from `from` on. Looks at every
/// `shortest`-th character until one could lie in such a run.
Run next_run(ByteView text, std::size_t from, std::size_t shortest, const CharacterSet& alphabet) {
    while (from + shortest <= text.size()) {
        std::size_t at = from + shortest;
        while (at > from && alphabet[text[at - 1]] != kForeign) --at;
        if (at > from) {
            from = at;
            continue;
        }
        std::size_t end = from + shortest;
        while (end < text.size() && alphabet[text[end]] != kForeign) ++end;
        return {from, end};
    }
    return {};
}

/// Where the next line of a wrapped run begins, if `line` ends as one does; 0 if it does not.
std::size_t next_line(ByteView text, const Run& line) {
    std::size_t at = line.end;
    if (line.end - line.begin < kWrappedLine || at >= text.size()) return 0;
    if (text[at] == '\r') ++at;
    if (at >= text.size() || text[at] != '\n') return 0;
    ++at;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    return at < text.size() && kTables.sextet[text[at]] != kForeign ? at : 0;
}

Run line_from(ByteView text, std::size_t begin) {
    std::size_t end = begin;
    while (end < text.size() && kTables.sextet[text[end]] != kForeign) ++end;
    return {begin, end};
}

/// A byte that an escape at `at` stands for, or nothing.
std::optional<std::uint8_t> escaped_at(ByteView text, std::size_t at) {
    if (at + 2 >= text.size() || text[at] != '%') return std::nullopt;
    const std::uint8_t high = kTables.nibble[text[at + 1]], low = kTables.nibble[text[at + 2]];
    if (high == kForeign || low == kForeign) return std::nullopt;
    return static_cast<std::uint8_t>(high << 4U | low);
}

bool ends_address(std::uint8_t c) {
    return c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`' || c == 0x7f;
}

std::size_t next_escape(ByteView text, std::size_t from) {
    while (from < text.size()) {
        const void* const found = std::memchr(text.data() + from, '%', text.size() - from);
        if (found == nullptr) break;
        from = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - text.data());
        if (escaped_at(text, from)) return from;
        ++from;
    }
    return text.size();
}

/// What stands around escapes that are no further than kLongestPercent from each other.
Run address_around(ByteView text, std::size_t escape) {
    Run run{escape, escape + 3};
    const std::size_t first = escape - std::min(escape, kLongestPercent);
    while (run.begin > first && !ends_address(text[run.begin - 1])) --run.begin;
    std::size_t last = run.end + kLongestPercent;
    while (run.end < text.size() && run.end < last && !ends_address(text[run.end])) {
        if (text[run.end] == '%') last = run.end + kLongestPercent;
        ++run.end;
    }
    return run;
}

}  // namespace

void Decoded::begin_piece(std::size_t run, std::size_t skipped, Encoding encoding) {
    bytes_.push_back(0);
    pieces_.push_back({bytes_.size(), run, skipped, encoding});
}

void Decoded::add_sextets(std::size_t run, std::size_t skipped) {
    if (sextets_.size() < skipped + 2) return;
    begin_piece(run, skipped, Encoding::base64);
    const std::size_t whole = (sextets_.size() - skipped) * 6 / 8;
    const std::size_t at = bytes_.size();
    bytes_.resize(at + whole + 3);
    std::uint8_t* out = bytes_.data() + at;
    const std::uint8_t* in = sextets_.data() + skipped;
    for (std::size_t left = sextets_.size() - skipped; left > 0;
         left -= std::min<std::size_t>(left, 4)) {
        unsigned four = 0;
        for (std::size_t i = 0; i < 4; ++i) four = four << 6U | (i < left ? *in++ : 0U);
        *out++ = static_cast<std::uint8_t>(four >> 16U);
        *out++ = static_cast<std::uint8_t>(four >> 8U);
        *out++ = static_cast<std::uint8_t>(four);
        if (left < 4) break;
    }
    bytes_.resize(at + whole);
}

void Decoded::add_base64(ByteView text, const EncodedShapes& shapes) {
    const std::size_t shortest = (shapes.shortest() * 8 + 5) / 6;
    std::size_t from = 0;
    for (;;) {
        const Run first = next_run(text, from, shortest, kTables.sextet);
        if (!first.any()) return;
        std::uint8_t classes = 0;
        sextets_.clear();
        for (Run line = first;; line = line_from(text, from)) {
            for (std::size_t at = line.begin; at < line.end; ++at) {
                sextets_.push_back(kTables.sextet[text[at]]);
                classes = static_cast<std::uint8_t>(classes | kTables.classes[text[at]]);
            }
            from = next_line(text, line);
            if (from == 0) {
                from = line.end;
                break;
            }
        }
        if (!shapes.may_hold(classes)) continue;
        for (std::size_t skipped = 0; skipped < 4; ++skipped) add_sextets(first.begin, skipped);
    }
}

void Decoded::add_hex(ByteView text, std::size_t shortest) {
    for (Run run = next_run(text, 0, shortest * 2, kTables.nibble); run.any();
         run = next_run(text, run.end, shortest * 2, kTables.nibble)) {
        for (std::size_t skipped = 0; skipped < 2; ++skipped) {
            begin_piece(run.begin, skipped, Encoding::hex);
            for (std::size_t at = run.begin + skipped; at + 1 < run.end; at += 2) {
                bytes_.push_back(static_cast<std::uint8_t>(kTables.nibble[text[at]] << 4U |
                                                           kTables.nibble[text[at + 1]]));
            }
        }
    }
}

void Decoded::add_escaped(ByteView run, std::size_t begin, Encoding encoding) {
    begin_piece(begin, 0, encoding);
    for (std::size_t at = 0; at < run.size(); ++at) {
        if (const auto byte = escaped_at(run, at)) {
            bytes_.push_back(*byte);
            at += 2;
        } else {
            bytes_.push_back(encoding == Encoding::form && run[at] == '+' ? ' ' : run[at]);
        }
    }
}

void Decoded::add_percent(ByteView text, const EncodedShapes& shapes) {
    for (std::size_t at = next_escape(text, 0); at < text.size();) {
        const Run run = address_around(text, at);
        const ByteView inside = text.subspan(run.begin, run.end - run.begin);
        add_escaped(inside, run.begin, Encoding::percent);
        if (shapes.has_space() && std::find(inside.begin(), inside.end(), '+') != inside.end()) {
            add_escaped(inside, run.begin, Encoding::form);
        }
        at = next_escape(text, run.end);
    }
}

void Decoded::decode(ByteView text, const EncodedShapes& shapes) {
    bytes_.clear();
    pieces_.clear();
    if (!shapes.any()) return;
    add_base64(text, shapes);
    add_hex(text, shapes.shortest());
    add_percent(text, shapes);
}

std::size_t Decoded::origin(ByteView text, std::size_t offset) const {
    const auto after =
        std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                         [](std::size_t at, const Piece& piece) { return at < piece.decoded; });
    if (after == pieces_.begin()) return 0;
    const Piece& piece = *(after - 1);
    std::size_t left = offset - piece.decoded;
    std::size_t at = piece.text;
    if (piece.encoding == Encoding::hex) return at + piece.skipped + left * 2;
    if (piece.encoding == Encoding::base64) {
        for (left = piece.skipped + left * 8 / 6;; ++at) {
            const bool counts = kTables.sextet[text[at]] != kForeign;
            if (counts && left-- == 0) return at;
        }
    }
    for (; left > 0; --left) at += escaped_at(text, at) ? 3U : 1U;
    return at;
}

}  // namespace sparekey::core
