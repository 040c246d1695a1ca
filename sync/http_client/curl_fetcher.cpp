#include "sync/http_client/curl_fetcher.h"

#include "core/base/mutant.h"
#include "sync/http_client/curl_exchange.h"
#include "sync/http_client/url.h"

#include <algorithm>
#include <initializer_list>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

bool is_redirect(unsigned status) {
    for (const unsigned known : {301U, 302U, 303U, 307U, 308U}) {
        if (status == known) return true;
    }
    return false;
}

/// Where a redirect leads, if it stays at its origin.
Result<std::string> target_of(const Url& from, const std::string& base, std::string_view location) {
    SPAREKEY_TRY(std::string target, resolve_url(base, location));
    SPAREKEY_TRY(const Url to, parse_url(target));
    if (!SPAREKEY_LEFT_OUT("fetch-redirect-origin") && to.origin() != from.origin()) {
        return unexpected(ErrorCode::offline, from.origin() + " redirects to another origin");
    }
    return target;
}

/// A header can hold no line break, or it would be two.
Result<void> check_headers(const FetchRequest& request) {
    const auto broken = [](std::string_view text) {
        return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
    };
    bool bad = broken(request.authorization.expose());
    for (const FetchHeader& header : request.headers) {
        bad = bad || broken(header.name) || broken(header.value);
    }
    if (bad && !SPAREKEY_LEFT_OUT("fetch-header-break")) {
        return unexpected(ErrorCode::usage, "a header of the request holds a line break");
    }
    return {};
}

}  // namespace

class CurlFetcher::Handle {
  public:
    explicit Handle(AddressRule rule) : rule_(rule), easy_(new_easy()) {}
    AddressRule rule() const { return rule_; }
    const EasyHandle& easy() const { return easy_; }

  private:
    AddressRule rule_;
    EasyHandle easy_;
};

CurlFetcher::CurlFetcher(CurlSettings settings) : settings_(std::move(settings)) {
    start_curl();
}
CurlFetcher::~CurlFetcher() = default;

// A connection was checked when it was made, by the rule of that time: handles are kept by rule.
std::unique_ptr<CurlFetcher::Handle> CurlFetcher::take(AddressRule rule) {
    const std::lock_guard lock(idle_mutex_);
    const auto found = std::find_if(idle_.begin(), idle_.end(),
                                    [&](const auto& handle) { return handle->rule() == rule; });
    if (found == idle_.end()) return std::make_unique<Handle>(rule);
    std::unique_ptr<Handle> handle = std::move(*found);
    idle_.erase(found);
    return handle;
}

void CurlFetcher::give_back(std::unique_ptr<Handle> handle) {
    static constexpr std::size_t kMostIdle = 8;
    const std::lock_guard lock(idle_mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(handle));
}

Result<FetchResponse> CurlFetcher::fetch(const FetchRequest& request) {
    SPAREKEY_TRY(const Url url, parse_url(request.url));
    SPAREKEY_CHECK(check_headers(request));
    const auto started = steady_clock::now();
    std::unique_ptr<Handle> handle = take(request.addresses);
    auto response = perform(handle->easy(), settings_, request, request.url, request.deadline);
    const std::optional<std::string_view> location =
        response ? response->header("location") : std::nullopt;
    if (location && is_redirect(response->status) && request.method == FetchMethod::get &&
        request.redirects == Redirects::one_of_same_origin) {
        SPAREKEY_TRY(const std::string target, target_of(url, request.url, *location));
        const auto spent = std::chrono::duration_cast<milliseconds>(steady_clock::now() - started);
        const milliseconds left = std::max(milliseconds(1), request.deadline - spent);
        response = perform(handle->easy(), settings_, request, target, left);
    }
    give_back(std::move(handle));
    return response;
}

}  // namespace sparekey::sync
