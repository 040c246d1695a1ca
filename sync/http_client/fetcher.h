// One HTTP request of ours and what came back: the client's side of HTTP, as the rest sees it.
//
// Nothing here follows where a server points, keeps cookies or believes a size that it was told.
// `CurlFetcher` speaks to the network; tests answer by a Fetcher of their own.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::sync {

enum class FetchMethod : std::uint8_t { get, post, put, remove };

/// Which addresses a connection may be made to, whatever the name in the URL resolves to (O-30).
enum class AddressRule : std::uint8_t {
    any,
    public_only,    // as is_public() of sync/http_client/address.h says
    loopback_only,  // 127.0.0.0/8 and ::1
};

enum class Redirects : std::uint8_t {
    refused,
    one_of_same_origin,  // scheme, host and port; GET only
};

struct FetchHeader {
    std::string name;
    std::string value;
};

struct FetchRequest {
    FetchMethod method = FetchMethod::get;
    std::string url;
    std::vector<FetchHeader> headers;
    core::SecretText authorization = {};  // that header's value
    core::SecretText body = {};
    AddressRule addresses = AddressRule::public_only;
    Redirects redirects = Redirects::refused;
    std::chrono::milliseconds deadline{5000};  // for all of it, from the name's look-up on
    std::size_t largest_body = 64 * 1024;      // bytes
    /// Of an answer that has no end, such as a stream of events: asked whenever some of it has
    /// come, and once that is enough, or the deadline has passed, what there is is the answer.
    std::function<bool(std::string_view body)> is_enough = {};
    /// Of the same, asked about every second: nothing more is waited for.
    std::function<bool()> is_over = {};
};

struct FetchResponse {
    unsigned status = 0;
    std::vector<FetchHeader> headers;  // names in lower case
    std::string body;

    /// The first header of this lower-case name.
    std::optional<std::string_view> header(std::string_view name) const;
};

class Fetcher {
  public:
    virtual ~Fetcher() = default;
    /// Blocks until the deadline at most; several threads may ask at once. Any status is an answer.
    /// ErrorCode::usage: not a URL that may be fetched; ErrorCode::refused: an address that the
    /// rule excludes; ErrorCode::offline: everything that the network or the peer did.
    virtual core::Result<FetchResponse> fetch(const FetchRequest& request) = 0;
};

}  // namespace sparekey::sync
