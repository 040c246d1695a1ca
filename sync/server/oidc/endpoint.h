// What a URL of a provider may be, and how documents are fetched from one (O-30).
#pragma once

#include "sync/http_client/fetcher.h"
#include "sync/protocol/json.h"

#include <chrono>
#include <string>
#include <string_view>

namespace sparekey::sync {

enum class PlainHttp : std::uint8_t { refused, on_loopback };

/// https, or, where plain http is tolerated, http to a name of this machine. ErrorCode::usage.
core::Result<void> check_endpoint(std::string_view url, PlainHttp plain);

/// A provider's endpoints may use plain http exactly if its issuer does.
PlainHttp plain_http_of(std::string_view issuer);

/// What all requests of one step of a login take together: at most 10 s.
class TimeLeft {
  public:
    TimeLeft();
    /// For the next request: at most 5 s.
    std::chrono::milliseconds next() const;

  private:
    std::chrono::steady_clock::time_point end_;
};

/// Asks on behalf of one provider.
class ProviderHttp {
  public:
    ProviderHttp(Fetcher& fetcher, bool allow_private_address)
        : fetcher_(fetcher), allow_private_address_(allow_private_address) {}

    /// Follows one redirect of the same origin if `redirects` says so. ErrorCode::offline for
    /// every failure and every status but 200.
    core::Result<std::string> get(const std::string& url, const TimeLeft& left,
                                  Redirects redirects = Redirects::refused) const;
    /// A JSON object at `url`, shown to the bearer of `token`. ErrorCode::offline.
    core::Result<Json> get_as(const std::string& url, const core::SecretText& token,
                              const TimeLeft& left) const;
    /// Posts a form; any status. ErrorCode::offline.
    core::Result<FetchResponse> post(const std::string& url, core::SecretText authorization,
                                     core::SecretText form, const TimeLeft& left) const;

  private:
    FetchRequest request_to(const std::string& url, const TimeLeft& left) const;
    core::Result<FetchResponse> fetch(const FetchRequest& request) const;

    Fetcher& fetcher_;
    bool allow_private_address_;
};

}  // namespace sparekey::sync
