// Requests to one server, and what of its answers may be believed before they are read: a status, a
// media type, a size.
//
// Nothing follows a redirect, and no text of the server's gets out of here but by printable().
#pragma once

#include "sync/client/server_address.h"
#include "sync/protocol/json.h"

#include <chrono>

namespace sparekey::sync {

struct ServerRequest {
    FetchMethod method = FetchMethod::get;
    std::string target;  // path and query
    std::string_view content_type = {};
    core::SecretText body = {};
    std::string_view token = {};  // for Authorization: Bearer
    std::chrono::milliseconds deadline{15'000};
    std::size_t largest_answer = 256 * 1024;               // bytes
    std::function<bool(std::string_view)> is_enough = {};  // as FetchRequest has it
    std::function<bool()> is_over = {};                    // likewise
};

class ServerConnection {
  public:
    ServerConnection(Fetcher& fetcher, ServerAddress address)
        : fetcher_(fetcher), address_(std::move(address)) {}

    const std::string& origin() const { return address_.origin; }
    /// Any status. ErrorCode::offline for everything that the network or the peer did.
    core::Result<FetchResponse> send(const ServerRequest& request) const;

  private:
    Fetcher& fetcher_;
    ServerAddress address_;
};

/// Posts a JSON object of texts.
using JsonTexts = std::vector<std::pair<std::string_view, std::string>>;
ServerRequest json_request(std::string target, const JsonTexts& members, std::string_view token);

}  // namespace sparekey::sync
