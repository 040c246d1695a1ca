// One exchange on a libcurl handle. Private to this folder: it shows <curl/curl.h>.
#pragma once

#include "sync/http_client/curl_fetcher.h"

#include <curl/curl.h>

#include <memory>

namespace sparekey::sync {

struct FreeEasy {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

/// Once a process, by whichever thread comes first. Throws SystemFailure.
void start_curl();
EasyHandle new_easy();

/// `request`, but to `url` (which has passed parse_url) and within `deadline`. Errors as of
/// Fetcher::fetch.
core::Result<FetchResponse> perform(const EasyHandle& easy, const CurlSettings& settings,
                                    const FetchRequest& request, const std::string& url,
                                    std::chrono::milliseconds deadline);

}  // namespace sparekey::sync
