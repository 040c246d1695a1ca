#include "sync/server/http/gate.h"

#include "core/base/mutant.h"
#include "sync/server/http/gate_fields.h"
#include "sync/server/http/target.h"

namespace sparekey::sync {
namespace {

constexpr Refusal kLineEnds = {400, "line_ends", "lines end with CR LF"};
constexpr Refusal kControlInHead = {400, "control", "a control character in the head"};
constexpr Refusal kTooLarge = {431, "head_size", "the head is larger than 16 KiB"};
constexpr Refusal kManyFields = {431, "head_fields", "the head has more than 64 fields"};
constexpr Refusal kRequestLine = {400, "request_line", "the request line is malformed"};
constexpr Refusal kMethod = {501, "method", "the method is not known here"};
constexpr Refusal kVersion = {505, "version", "only HTTP/1.1 is spoken here"};
constexpr Refusal kLongTarget = {414, "target_size", "the request target is longer than 8 KiB"};

using Complaint = std::optional<Refusal>;

/// For a head that is not whole: what will never become one is refused now, not at the deadline.
Complaint examine_part(std::string_view bytes) {
    for (const char c : bytes) {
        if (c != '\r' && c != '\n' && c != '\t' && has_control({&c, 1})) return kControlInHead;
    }
    if (bytes.size() >= kMostHead && !SPAREKEY_LEFT_OUT("gate-head-size")) return kTooLarge;
    return {};
}

Complaint take_request_line(std::string_view line, Head& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return kRequestLine;
    const auto method = parse_method(line.substr(0, first));
    if (!method) return kMethod;
    if (line.substr(last + 1) != "HTTP/1.1" && !SPAREKEY_LEFT_OUT("gate-version")) return kVersion;
    head.method = *method;
    head.raw_target = line.substr(first + 1, last - first - 1);
    if (head.raw_target.size() > kMostTarget && !SPAREKEY_LEFT_OUT("gate-target-size")) {
        return kLongTarget;
    }
    auto target = examine_target(head.raw_target);
    if (const auto* refusal = std::get_if<Refusal>(&target)) return *refusal;
    head.path = std::move(std::get<Target>(target).path);
    head.query = std::get<Target>(target).query;
    return {};
}

/// Takes the next line off `rest`, which has one. A CR or LF alone ends no line.
std::string_view next_line(std::string_view& rest) {
    const std::size_t end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    return line;
}

}  // namespace

std::variant<std::size_t, Refusal> find_head(std::string_view bytes) {
    const auto window = bytes.substr(0, kMostHead);
    for (std::size_t at = window.find('\n'); at != std::string_view::npos;
         at = window.find('\n', at + 1)) {
        if ((at == 0 || window[at - 1] != '\r') && !SPAREKEY_LEFT_OUT("gate-line-ends")) {
            return kLineEnds;
        }
        if (at >= 3 && window.substr(at - 3, 4) == "\r\n\r\n") return at + 1;
    }
    if (const auto complaint = examine_part(window)) return *complaint;
    return std::size_t{0};
}

std::variant<Head, Refusal> examine_head(std::string_view head, const GateRules& rules) {
    Head made;
    std::string_view rest = head;
    if (const auto complaint = take_request_line(next_line(rest), made)) return *complaint;
    made.fields.reserve(8);
    for (auto line = next_line(rest); !line.empty(); line = next_line(rest)) {
        if (made.fields.size() == kMostFields && !SPAREKEY_LEFT_OUT("gate-fields")) {
            return kManyFields;
        }
        auto field = examine_field(line);
        if (const auto* refusal = std::get_if<Refusal>(&field)) return *refusal;
        made.fields.push_back(std::get<Field>(field));
    }
    if (const auto complaint = examine_fields(made, rules)) return *complaint;
    return made;
}

}  // namespace sparekey::sync
