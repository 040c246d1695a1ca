#include "sync/client/events.h"

#include "core/base/mutant.h"
#include "sync/protocol/routes.h"

#include <charconv>

namespace sparekey::sync {
namespace {

constexpr std::size_t kLongestStream = 64 * 1024;  // bytes
constexpr std::string_view kData = "data: ";

}  // namespace

bool tells_of_more(std::string_view stream, std::uint64_t revision) {
    for (std::size_t at = stream.find(kData); at != std::string_view::npos;
         at = stream.find(kData, at)) {
        at += kData.size();
        const std::size_t end = stream.find('\n', at);
        if (end == std::string_view::npos) return false;
        std::uint64_t n = 0;
        const auto [last, failure] = std::from_chars(stream.data() + at, stream.data() + end, n);
        if (failure == std::errc() && last == stream.data() + end && n > revision) return true;
    }
    return false;
}

core::Result<void> wait_for_change(MemberConnection& connection, std::uint64_t revision,
                                   std::chrono::seconds patience,
                                   const std::function<bool()>& changed_here,
                                   std::chrono::milliseconds longest_silence) {
    using Clock = std::chrono::steady_clock;
    auto heard = Clock::now();
    ServerRequest request;
    request.target = path::kEvents;
    request.deadline = patience;
    request.largest_answer = kLongestStream;
    request.is_enough = [&heard, revision](std::string_view stream) {
        heard = Clock::now();
        return tells_of_more(stream, revision);
    };
    request.is_over = [&] {
        const bool is_silent = Clock::now() - heard > longest_silence;
        return (is_silent && !SPAREKEY_LEFT_OUT("silent-stream")) || changed_here();
    };
    SPAREKEY_TRY(const FetchResponse response, connection.send(std::move(request)));
    if (response.status == 200) return {};
    return core::unexpected(core::ErrorCode::offline,
                            connection.origin() + " has no events to listen to");
}

}  // namespace sparekey::sync
