#include "sync/server/http/second_reader.h"

#include "core/base/mutant.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>

namespace sparekey::sync {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;

bool has_field(const Parser::value_type& message, const Field& field) {
    const auto [from, to] =
        message.equal_range(boost::beast::string_view(field.name.data(), field.name.size()));
    return std::any_of(from, to, [&](const auto& found) { return found.value() == field.value; });
}

bool same_length(const Parser& parser, std::uint64_t body_bytes) {
    if (parser.chunked()) return false;
    return parser.content_length().value_or(0) == body_bytes;
}

}  // namespace

bool second_reader_agrees(std::string_view bytes, const Head& head) {
    if (SPAREKEY_LEFT_OUT("second-reader")) return true;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(kMostHead));
    parser.body_limit(boost::none);
    boost::system::error_code failure;
    const std::size_t used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), failure);
    if (failure || !parser.is_header_done() || used != bytes.size()) return false;
    const auto& message = parser.get();
    const auto fields = static_cast<std::size_t>(std::distance(message.begin(), message.end()));
    return message.version() == 11 && message.method_string() == method_name(head.method) &&
           message.target() == head.raw_target && fields == head.fields.size() &&
           same_length(parser, head.body_bytes) &&
           std::all_of(head.fields.begin(), head.fields.end(),
                       [&](const Field& field) { return has_field(message, field); });
}

}  // namespace sparekey::sync
