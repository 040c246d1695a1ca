#include "tests/sync/service/plain_provider.h"

#include "sync/http_client/url.h"

#include <stdexcept>

namespace sparekey::tests {
namespace {

/// What stands between `before` and `after` in `text`; "" if it does not.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
    const auto start = text.find(before);
    if (start == std::string::npos) return {};
    const auto from = start + before.size();
    return text.substr(from, text.find(after, from) - from);
}

/// The code is the person's name, the token too.
std::string provide(const std::string& request) {
    if (request.starts_with("POST /token")) {
        return http_answer(200, R"({"token_type":"bearer","access_token":")" +
                                    between(request + "&", "code=", "&") + R"("})");
    }
    const std::string name = between(request, "Bearer ", "\r\n");
    return http_answer(200, R"({"id":")" + name + R"(","name":")" + name + R"("})");
}

}  // namespace

PlainProvider::PlainProvider() : server_(provide) {}

std::string PlainProvider::lines() const {
    return "[[provider]]\nid = \"corp\"\nname = \"Example Corp\"\ntype = \"oauth2\"\n"
           "client_id = \"client\"\nclient_secret = \"secret\"\nid_field = \"id\"\n"
           "name_field = \"name\"\nauthorization_endpoint = \"" +
           server_.url("/authorize") + "\"\ntoken_endpoint = \"" + server_.url("/token") +
           "\"\nuser_endpoint = \"" + server_.url("/user") + "\"\n";
}

sync::FetchResponse ScriptedPerson::fetch(sync::FetchRequest request) {
    std::string sent;
    for (const auto& [name, value] : cookies_) {
        sent += (sent.empty() ? "" : "; ") + name + "=" + value;
    }
    if (!sent.empty()) request.headers.push_back({"Cookie", sent});
    request.addresses = sync::AddressRule::loopback_only;
    request.deadline = std::chrono::seconds(30);
    auto response = fetcher_.fetch(request);
    if (!response) throw std::runtime_error(response.error().message);
    for (const sync::FetchHeader& header : response->headers) {
        if (header.name != "set-cookie") continue;
        const auto equals = header.value.find('=');
        cookies_[header.value.substr(0, equals)] =
            header.value.substr(equals + 1, header.value.find(';') - equals - 1);
    }
    return std::move(*response);
}

sync::FetchResponse ScriptedPerson::visit(const std::string& url) {
    sync::FetchRequest request;
    request.url = url;
    return fetch(std::move(request));
}

std::string ScriptedPerson::location(const sync::FetchResponse& response) const {
    const auto found = response.header("location");
    if (!found) return {};
    return found->starts_with('/') ? origin_ + std::string(*found) : std::string(*found);
}

sync::FetchResponse ScriptedPerson::follow(sync::FetchResponse response) {
    for (int steps = 0; steps < 10; ++steps) {
        const std::string next = location(response);
        if (!next.starts_with(origin_ + "/")) break;
        response = visit(next);
    }
    return response;
}

std::string ScriptedPerson::confirm(const std::string& address, Says answer) {
    follow(visit(address));
    const std::string leaving = location(visit(origin_ + "/login/provider/corp"));
    const std::string state = between(leaving + "&", "state=", "&");
    const auto page =
        follow(visit(origin_ + "/login/callback/corp?state=" + state + "&code=" + name_));
    const std::string token = between(page.body, "name=\"token\" value=\"", "\"");
    if (token.empty()) throw std::runtime_error("no confirmation: " + page.body);
    sync::FetchRequest request;
    request.method = sync::FetchMethod::post;
    request.url = origin_ + "/login/confirm";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Origin", origin_}};
    request.body = core::SecretText::copy_of(
        "token=" + token + "&answer=" + (answer == Says::yes ? "approve" : "deny"));
    const auto last = follow(fetch(std::move(request)));
    const std::string led = location(last);
    return led.empty() ? last.body : led;
}

std::string ScriptedPerson::pasted_code(const std::string& page) {
    const std::string from = between(page, "id=\"paste-code\"", "</");
    return from.substr(from.find('>') + 1);
}

}  // namespace sparekey::tests
