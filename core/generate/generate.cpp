#include "core/generate/generate.h"

#include "core/generate/wordlist.h"
#include "core/text/number.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sparekey::core {
namespace {

constexpr std::size_t kLongestPassword = 1024;
constexpr std::size_t kMostWords = 64;
constexpr std::size_t kShortestPin = 3;
constexpr std::size_t kLongestPin = 64;

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSymbols = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

using Alphabet = std::vector<std::string>;

/// The distinct code points of `text`, in order.
Alphabet code_points(std::string_view text) {
    Alphabet points;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
        std::string point(text.substr(at, end - at));
        if (std::find(points.begin(), points.end(), point) == points.end()) {
            points.push_back(std::move(point));
        }
        at = end;
    }
    return points;
}

Unexpected malformed(std::string_view text) {
    return unexpected(ErrorCode::usage, "\"" + printable(text) + "\" does not say what to generate",
                      "LENGTH[,CLASSES], words:N or pin:N; CLASSES is any of "
                      "lower+upper+digits+symbols, or =characters");
}

bool is_whole(std::string_view text) {
    return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

Unexpected out_of_bounds(std::string_view text, std::string_view what, std::size_t least,
                         std::size_t most) {
    return unexpected(ErrorCode::usage, "\"" + printable(text) + "\": " + std::string(what) +
                                            " is a number from " + std::to_string(least) + " to " +
                                            std::to_string(most));
}

std::optional<std::string_view> named_class(std::string_view name) {
    if (name == "lower") return kLower;
    if (name == "upper") return kUpper;
    if (name == "digits") return kDigits;
    if (name == "symbols") return kSymbols;
    return std::nullopt;
}

/// Nothing if `text` is not CLASSES.
std::vector<Alphabet> parse_classes(std::string_view text) {
    std::vector<Alphabet> classes;
    if (text.starts_with('=')) {
        const std::string_view characters = text.substr(1);
        Alphabet own = code_points(characters);
        if (is_utf8(characters) && own.size() >= 2) classes.push_back(std::move(own));
        return classes;
    }
    for (;;) {
        const auto plus = text.find('+');
        const auto characters = named_class(text.substr(0, plus));
        if (!characters) return {};
        Alphabet alphabet = code_points(*characters);
        if (std::find(classes.begin(), classes.end(), alphabet) == classes.end()) {
            classes.push_back(std::move(alphabet));
        }
        if (plus == std::string_view::npos) return classes;
        text.remove_prefix(plus + 1);
    }
}

/// The class of character number `index` of the whole alphabet, and the character.
struct Draw {
    std::size_t from_class;
    const std::string* character;
};
Draw character_at(const GenerateSpec& spec, std::size_t index) {
    for (std::size_t one = 0;; ++one) {
        const Alphabet& alphabet = spec.classes[one];
        if (index < alphabet.size()) return {one, &alphabet[index]};
        index -= alphabet.size();
    }
}

std::size_t alphabet_size(const GenerateSpec& spec) {
    std::size_t size = 0;
    for (const Alphabet& alphabet : spec.classes) size += alphabet.size();
    return size;
}

bool wants_every_class(const GenerateSpec& spec) {
    return spec.length >= spec.classes.size();
}

SecretText generate_words(const GenerateSpec& spec, Random& random) {
    SecretBuilder text;
    for (std::size_t i = 0; i < spec.length; ++i) {
        if (i > 0) text.append('-');
        text.append(word_at(uniform_below(kWordCount, random)));
    }
    return SecretText(std::move(text).take());
}

}  // namespace

Result<GenerateSpec> parse_generate_spec(std::string_view text) {
    GenerateSpec spec;
    if (text.starts_with("words:")) {
        const auto words = whole_number<std::size_t>(text.substr(6), 1, kMostWords);
        if (!words) return out_of_bounds(text.substr(6), "how many words", 1, kMostWords);
        spec.kind = GenerateSpec::Kind::words;
        spec.length = *words;
        return spec;
    }
    if (text.starts_with("pin:")) {
        const auto digits = whole_number<std::size_t>(text.substr(4), kShortestPin, kLongestPin);
        if (!digits) {
            return out_of_bounds(text.substr(4), "the length of a PIN", kShortestPin, kLongestPin);
        }
        spec.length = *digits;
        spec.classes.push_back(code_points(kDigits));
        return spec;
    }
    const auto comma = text.find(',');
    const std::string_view size = text.substr(0, comma);
    const auto length = whole_number<std::size_t>(size, 1, kLongestPassword);
    if (!length && is_whole(size)) {
        return out_of_bounds(size, "the length of a password", 1, kLongestPassword);
    }
    if (!length) return malformed(text);
    spec.length = *length;
    spec.classes = parse_classes(comma == std::string_view::npos ? "lower+upper+digits+symbols"
                                                                 : text.substr(comma + 1));
    if (spec.classes.empty() && text.find(",=") == comma) {
        return unexpected(ErrorCode::usage,
                          "=characters wants two or more that differ, in well-formed UTF-8");
    }
    if (spec.classes.empty()) return malformed(text);
    return spec;
}

std::uint32_t uniform_below(std::uint32_t bound, Random& random) {
    // The largest multiple of `bound` that fits: draws from there on would favour small numbers.
    const std::uint64_t limit = (std::uint64_t{1} << 32) / bound * bound;
    for (;;) {
        const auto bytes = random.bytes<4>();
        const std::uint32_t drawn = std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 |
                                    std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24;
        if (drawn < limit) return drawn % bound;
    }
}

SecretText generate(const GenerateSpec& spec, Random& random) {
    if (spec.kind == GenerateSpec::Kind::words) return generate_words(spec, random);
    const auto size = static_cast<std::uint32_t>(alphabet_size(spec));
    for (;;) {
        SecretBuilder text;
        std::vector<bool> met(spec.classes.size(), false);
        for (std::size_t i = 0; i < spec.length; ++i) {
            const Draw draw = character_at(spec, uniform_below(size, random));
            met[draw.from_class] = true;
            text.append(*draw.character);
        }
        const bool all_met = std::find(met.begin(), met.end(), false) == met.end();
        if (all_met || !wants_every_class(spec)) return SecretText(std::move(text).take());
    }
}

double entropy_bits(const GenerateSpec& spec) {
    const auto length = static_cast<double>(spec.length);
    if (spec.kind == GenerateSpec::Kind::words) return length * std::log2(kWordCount);
    const auto size = static_cast<double>(alphabet_size(spec));
    if (!wants_every_class(spec)) return length * std::log2(size);
    // The share of all passwords that holds every class, by inclusion and exclusion.
    double share = 0;
    for (std::size_t subset = 0; subset < (std::size_t{1} << spec.classes.size()); ++subset) {
        double left = size;
        double sign = 1;
        for (std::size_t one = 0; one < spec.classes.size(); ++one) {
            if (((subset >> one) & 1) == 0) continue;
            left -= static_cast<double>(spec.classes[one].size());
            sign = -sign;
        }
        share += sign * std::pow(left / size, length);
    }
    return length * std::log2(size) + std::log2(share);
}

}  // namespace sparekey::core
