#include "sync/client/server_connection.h"

#include "sync/protocol/routes.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace sparekey::sync {
namespace {

core::SecretText bearer(std::string_view token) {
    core::SecretBuilder header;
    header.append("Bearer ");
    header.append(token);
    return core::SecretText(std::move(header).take());
}

}  // namespace

core::Result<FetchResponse> ServerConnection::send(const ServerRequest& request) const {
    FetchRequest sent;
    sent.method = request.method;
    sent.url = address_.origin + request.target;
    sent.addresses = address_.rule;
    sent.deadline = request.deadline;
    sent.largest_body = request.largest_answer;
    sent.is_enough = request.is_enough;
    sent.is_over = request.is_over;
    sent.body = request.body.clone();
    sent.headers.push_back({"Accept", ""});  // not libcurl's, which says that anything will do
    if (!request.content_type.empty()) {
        sent.headers.push_back({"Content-Type", std::string(request.content_type)});
    }
    if (!request.token.empty()) sent.authorization = bearer(request.token);
    auto response = fetcher_.fetch(sent);
    if (!response) {
        return core::unexpected(core::ErrorCode::offline,
                                address_.origin + " cannot be reached: " + response.error().message,
                                "what is here stays usable; try again later");
    }
    return response;
}

ServerRequest json_request(std::string target, const JsonTexts& members, std::string_view token) {
    boost::json::object object;
    for (const auto& [name, text] : members) object[name] = text;
    ServerRequest request;
    request.method = FetchMethod::post;
    request.target = std::move(target);
    request.content_type = kJsonType;
    request.body = core::SecretText::copy_of(boost::json::serialize(object));
    request.token = token;
    return request;
}

}  // namespace sparekey::sync
