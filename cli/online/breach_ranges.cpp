#include "cli/breaches/breach_ranges.h"

#include "cli/online/commands.h"
#include "cli/online/network.h"
#include "core/base/mutant.h"
#include "sync/http_client/url.h"

namespace sparekey::cli::online {
namespace {

constexpr std::size_t kMostInput = 4096;
constexpr std::size_t kLargestRange = 256 * 1024;  // bytes; some 40 KB as it is
constexpr std::chrono::milliseconds kRangePatience{10000};

/// Five digits of a hash are all that may pass: whatever else stands there is not sent.
bool is_prefix(std::string_view text) {
    return text.size() == 5 && text.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

core::Result<sync::AddressRule> rule_for(const std::string& base) {
    SPAREKEY_TRY(const sync::Url url, sync::parse_url(base));
    if (url.scheme == sync::UrlScheme::https) return sync::AddressRule::any;
    if (sync::names_loopback(url)) return sync::AddressRule::loopback_only;
    if (SPAREKEY_LEFT_OUT("breach-plain-http")) return sync::AddressRule::any;
    return core::unexpected(core::ErrorCode::usage,
                            "[health] range_url: plain http is for this machine only");
}

core::Result<std::string> range_of(sync::Fetcher& fetcher, const std::string& base,
                                   std::string_view prefix) {
    SPAREKEY_TRY(const sync::AddressRule rule, rule_for(base));
    sync::FetchRequest request;
    request.url = base + std::string(prefix);
    // So that the size of the answer does not say which one it is.
    request.headers = {{"Add-Padding", "true"}};
    request.addresses = rule;
    request.deadline = kRangePatience;
    request.largest_body = kLargestRange;
    auto response = fetcher.fetch(request);
    if (!response) {
        return core::unexpected(response.error().code,
                                "the range service cannot be reached: " + response.error().message);
    }
    if (response->status != 200) {
        return core::unexpected(core::ErrorCode::offline,
                                "the range service answers " + std::to_string(response->status));
    }
    return std::move(response->body);
}

}  // namespace

core::Result<void> breach_ranges(Session& session, const Arguments&) {
    SPAREKEY_TRY(const Config config, session.config());
    SPAREKEY_TRY(const core::SecretText input, session.input().rest(kMostInput));
    sync::CurlFetcher fetcher(network_settings());
    std::string_view left = input.expose();
    while (!left.empty()) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        if (!SPAREKEY_LEFT_OUT("breach-prefix") && !is_prefix(line)) {
            return core::unexpected(core::ErrorCode::usage, "this is no prefix of a hash");
        }
        SPAREKEY_TRY(const std::string range, range_of(fetcher, config.breach_range_url, line));
        session.out().raw(framed_range(range));
    }
    return {};
}

}  // namespace sparekey::cli::online
