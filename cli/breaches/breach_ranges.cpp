#include "cli/breaches/breach_ranges.h"

#include "cli/libexec.h"
#include "cli/programs/child.h"
#include "core/text/number.h"

namespace sparekey::cli {
namespace {

/// So many at a time: an answer has some 40 KB.
constexpr std::size_t kAtOnce = 32;
constexpr std::size_t kMostOutput = std::size_t{16} << 20;
constexpr std::chrono::seconds kPatience{330};  // ten for each, and some

core::Unexpected offline(std::string why) {
    return core::unexpected(
        core::ErrorCode::offline, "the list of breached passwords cannot be asked",
        why.empty() ? "--breaches FILE looks into a copy of it" : std::move(why));
}

/// The answers to some prefixes, one behind the other.
core::Result<core::SecretText> ask(const std::string& prefixes) {
    SPAREKEY_TRY(Ran ran, run_program({helper_path("sparekey-online"), "breach-ranges"}, prefixes,
                                      kMostOutput, kPatience));
    if (ran.status == core::exit_code(core::ErrorCode::usage)) {
        return core::unexpected(core::ErrorCode::usage, ran.complaint,
                                "[health] range_url in config.toml names the service");
    }
    if (ran.status != 0) return offline(ran.complaint);
    return core::SecretText(std::move(ran.output));
}

}  // namespace

std::string prefix_text(std::uint32_t prefix) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string text;
    for (int shift = 16; shift >= 0; shift -= 4) text += kDigits[(prefix >> shift) & 15];
    return text;
}

std::string framed_range(std::string_view range) {
    return std::to_string(range.size()) + "\n" + std::string(range);
}

core::Result<std::string_view> take_range(std::string_view& left) {
    const auto end = left.find('\n');
    const auto size = core::whole_number<std::size_t>(left.substr(0, end));
    if (end == std::string_view::npos || !size || *size > left.size() - end - 1) {
        return offline({});
    }
    const std::string_view range = left.substr(end + 1, *size);
    left.remove_prefix(end + 1 + *size);
    return range;
}

core::Result<void> fetch_ranges(
    const std::vector<std::uint32_t>& prefixes,
    const std::function<core::Result<void>(std::uint32_t prefix, std::string_view range)>& take) {
    for (std::size_t first = 0; first < prefixes.size(); first += kAtOnce) {
        const std::size_t end = std::min(first + kAtOnce, prefixes.size());
        std::string lines;
        for (std::size_t i = first; i < end; ++i) lines += prefix_text(prefixes[i]) + "\n";
        SPAREKEY_TRY(const core::SecretText answers, ask(lines));
        std::string_view left = answers.expose();
        for (std::size_t i = first; i < end; ++i) {
            SPAREKEY_TRY(const std::string_view range, take_range(left));
            SPAREKEY_CHECK(take(prefixes[i], range));
        }
    }
    return {};
}

}  // namespace sparekey::cli
