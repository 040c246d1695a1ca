#include "tests/support/server_fetcher.h"

namespace sparekey::tests {

core::Result<sync::FetchResponse> ServerFetcher::fetch(const sync::FetchRequest& request) {
    const std::string& origin = server_.settings.origin;
    if (!request.url.starts_with(origin + "/")) {
        return core::unexpected(core::ErrorCode::offline, "no such host");
    }
    const std::string target = request.url.substr(origin.size());
    const auto mark = target.find('?');
    sync::Request sent;
    sent.method =
        request.method == sync::FetchMethod::post ? sync::Method::post : sync::Method::get;
    sent.path = target.substr(0, mark);
    if (mark != std::string::npos) sent.query = target.substr(mark + 1);
    sent.address = "192.0.2.7";
    sent.body = std::string(request.body.expose());
    for (const sync::FetchHeader& header : request.headers) {
        sent.headers.push_back({sync::lower_case(header.name), header.value});
    }
    if (!request.authorization.empty()) {
        sent.headers.push_back({"authorization", std::string(request.authorization.expose())});
    }
    asked.push_back(std::string(sync::method_name(sent.method)) + " " + target);
    bounds.push_back(request.largest_body);
    const sync::Response answer = server_.send(std::move(sent));
    sync::FetchResponse response;
    response.status = answer.status;
    response.body = answer.body;
    if (!answer.content_type.empty()) {
        response.headers.push_back({"content-type", answer.content_type});
    }
    for (const sync::Header& header : answer.headers) {
        response.headers.push_back({header.name, header.value});
    }
    if (on_answer) return on_answer(request, std::move(response));
    if (response.body.size() > request.largest_body) {
        return core::unexpected(core::ErrorCode::offline, "the answer is too large");
    }
    return response;
}

}  // namespace sparekey::tests
