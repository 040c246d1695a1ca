#include "sync/server/http/gate_fields.h"

#include "core/base/mutant.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sparekey::sync {
namespace {

constexpr Refusal kFolded = {400, "folded", "a header field goes on in a second line"};
constexpr Refusal kFieldName = {400, "field_name", "a header field's name is malformed"};
constexpr Refusal kControlInField = {400, "control", "a control character in a header field"};
constexpr Refusal kHost = {400, "host", "exactly one Host field is wanted"};
constexpr Refusal kAuthority = {421, "authority", "this server has another name"};
constexpr Refusal kLength = {400, "content_length", "Content-Length is one number of digits"};
constexpr Refusal kTransfer = {501, "transfer_encoding", "transfer codings are not spoken here"};
constexpr Refusal kTrailer = {400, "trailer", "trailer fields are not taken"};
constexpr Refusal kContent = {415, "content_encoding", "send the content without a coding"};
constexpr Refusal kExpect = {417, "expect", "send the body at once, without Expect"};
constexpr Refusal kConnection = {400, "connection", "Connection is a list of words"};
constexpr Refusal kTwice = {400, "twice", "a header field that may be there once is there twice"};

using Complaint = std::optional<Refusal>;
constexpr std::size_t kLongestLength = 18;  // digits: fits 64 bits

/// RFC 9110 section 5.6.2.
constexpr std::array<bool, 256> kTokenCharacters = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return kTokenCharacters[static_cast<unsigned char>(c)];
    });
}

/// Tabs may stand between the words of a value (RFC 9110 section 5.5).
bool has_control_but_tab(std::string_view text) {
    for (std::size_t tab = text.find('\t'); tab != std::string_view::npos; tab = text.find('\t')) {
        if (has_control(text.substr(0, tab))) return true;
        text.remove_prefix(tab + 1);
    }
    return has_control(text);
}

bool is_authority(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-.:[]").find(c) != std::string_view::npos;
    });
}

bool is_allowed(std::string_view authority, const Head& head, const GateRules& rules) {
    const auto& open = rules.open_paths;
    if (rules.hosts == Hosts::any || std::find(open.begin(), open.end(), head.path) != open.end()) {
        return is_authority(authority);
    }
    return std::any_of(
        rules.authorities.begin(), rules.authorities.end(),
        [&](const std::string& allowed) { return equal_ignoring_case(allowed, authority); });
}

Complaint take_length(std::string_view value, Head& head) {
    const bool digits =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if ((value.empty() || !digits || value.size() > kLongestLength) &&
        !SPAREKEY_LEFT_OUT("gate-content-length")) {
        return kLength;
    }
    std::from_chars(value.data(), value.data() + value.size(), head.body_bytes);
    return {};
}

/// A list of tokens (RFC 9110 section 7.6.1), of which only "close" means something here.
Complaint take_connection(std::string_view value, Head& head) {
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        const auto option = trim(value.substr(0, comma));
        if (!option.empty() && !is_token(option) && !SPAREKEY_LEFT_OUT("gate-connection")) {
            return kConnection;
        }
        if (equal_ignoring_case(option, "close")) head.keeps_open = false;
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
    return {};
}

/// How often each of the fields was there that may be there once.
struct Seen {
    std::size_t host = 0, length = 0;
    std::array<std::size_t, 4> once{};
};
constexpr std::array<std::string_view, 4> kOnce = {"authorization", "content-type", "cookie",
                                                   "origin"};

Complaint refuse_unspoken(const Field& field) {
    const auto is = [&](std::string_view name) { return equal_ignoring_case(field.name, name); };
    if (is("transfer-encoding") && !SPAREKEY_LEFT_OUT("gate-transfer-encoding")) return kTransfer;
    if (is("trailer") && !SPAREKEY_LEFT_OUT("gate-trailer")) return kTrailer;
    if (is("expect") && !SPAREKEY_LEFT_OUT("gate-expect")) return kExpect;
    if (is("content-encoding") && !equal_ignoring_case(field.value, "identity") &&
        !SPAREKEY_LEFT_OUT("gate-content-encoding")) {
        return kContent;
    }
    return {};
}

Complaint take(const Field& field, const GateRules& rules, Head& head, Seen& seen) {
    const auto is = [&](std::string_view name) { return equal_ignoring_case(field.name, name); };
    if (is("host")) {
        if (++seen.host > 1 && !SPAREKEY_LEFT_OUT("gate-host-count")) return kHost;
        if (!is_allowed(field.value, head, rules) && !SPAREKEY_LEFT_OUT("gate-authority")) {
            return kAuthority;
        }
    } else if (is("content-length")) {
        if (++seen.length > 1 && !SPAREKEY_LEFT_OUT("gate-content-length-count")) return kLength;
        return take_length(field.value, head);
    } else if (is("connection") || is("proxy-connection")) {
        return take_connection(field.value, head);
    }
    for (std::size_t i = 0; i < kOnce.size(); ++i) {
        if (is(kOnce[i]) && ++seen.once[i] > 1 && !SPAREKEY_LEFT_OUT("gate-twice")) return kTwice;
    }
    return {};
}

}  // namespace

std::variant<Field, Refusal> examine_field(std::string_view line) {
    if ((line[0] == ' ' || line[0] == '\t') && !SPAREKEY_LEFT_OUT("gate-folded")) return kFolded;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return kFieldName;
    const Field field{line.substr(0, colon), trim(line.substr(colon + 1))};
    if (!is_token(field.name) && !SPAREKEY_LEFT_OUT("gate-field-name")) return kFieldName;
    if (has_control_but_tab(field.value) && !SPAREKEY_LEFT_OUT("gate-control")) {
        return kControlInField;
    }
    return field;
}

std::optional<Refusal> examine_fields(Head& head, const GateRules& rules) {
    Seen seen;
    for (const auto& field : head.fields) {
        if (const auto complaint = refuse_unspoken(field)) return complaint;
        if (const auto complaint = take(field, rules, head, seen)) return complaint;
    }
    if (seen.host == 0 && !SPAREKEY_LEFT_OUT("gate-host-missing")) return kHost;
    return {};
}

}  // namespace sparekey::sync
