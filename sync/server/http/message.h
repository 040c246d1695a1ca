// One request and its answer, as handlers see them: no socket, no Beast, nothing of the connection
// but the peer's address. What is here has passed the gate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparekey::sync {

enum class Method : std::uint8_t { get, head, post, put, remove };

struct Header {
    std::string name;  // lower case
    std::string value;
};

struct Request {
    Method method = Method::get;
    std::string path;   // percent-decoded, begins with '/', no dot segments
    std::string query;  // raw, after '?'
    std::vector<Header> headers;
    std::string body;
    std::string address;  // the peer's, or what a trusted proxy says it is; "unix" on a Unix socket
    std::string id;       // the request id, in every log line and error

    /// The first header of this lower-case name.
    std::optional<std::string_view> header(std::string_view name) const;
};

struct Response {
    unsigned status = 200;
    std::string content_type;
    std::string body;
    std::vector<Header> headers;
};

}  // namespace sparekey::sync
