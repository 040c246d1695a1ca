// The Fetcher that speaks to the network, by libcurl: HTTP/1.1, TLS 1.2 or later against the
// system's certificate authorities, no cookies, no compression, no netrc.
//
// The address rule is applied to the very address that a connection is about to be made to, after
// every look-up, so a name that resolves differently the next time gains nothing. Connections are
// kept and used again.
#pragma once

#include "sync/http_client/fetcher.h"

#include <memory>
#include <mutex>
#include <vector>

namespace sparekey::sync {

enum class Proxies : std::uint8_t { none, from_environment };

struct CurlSettings {
    Proxies proxies = Proxies::none;
    std::string agent = "sparekey/" SPAREKEY_VERSION;  // the header User-Agent
    std::string ca_file = {};                          // PEM; instead of the system's authorities
    std::vector<std::string> hosts = {};  // "HOST:PORT:ADDRESS", as a hosts file would have it
};

class CurlFetcher final : public Fetcher {
  public:
    /// Throws SystemFailure if libcurl cannot start.
    explicit CurlFetcher(CurlSettings settings = {});
    ~CurlFetcher() override;
    CurlFetcher(const CurlFetcher&) = delete;
    CurlFetcher& operator=(const CurlFetcher&) = delete;

    core::Result<FetchResponse> fetch(const FetchRequest& request) override;

  private:
    class Handle;
    std::unique_ptr<Handle> take(AddressRule rule);
    void give_back(std::unique_ptr<Handle> handle);

    CurlSettings settings_;
    std::mutex idle_mutex_;
    std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace sparekey::sync
