#include "sync/server/oidc/endpoint.h"

#include "core/base/mutant.h"
#include "sync/http_client/url.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kWholeStep{10'000};
constexpr milliseconds kOneRequest{5'000};

Result<std::string> body_of(FetchResponse response, const std::string& url) {
    if (response.status == 200) return std::move(response.body);
    return unexpected(ErrorCode::offline,
                      url + " answers with status " + std::to_string(response.status));
}

}  // namespace

Result<void> check_endpoint(std::string_view url, PlainHttp plain) {
    SPAREKEY_TRY(const Url parsed, parse_url(url));
    if (parsed.scheme == UrlScheme::https) return {};
    if (plain == PlainHttp::on_loopback && names_loopback(parsed)) return {};
    if (SPAREKEY_LEFT_OUT("endpoint-plain")) return {};
    return unexpected(ErrorCode::usage, "plain http is for loopback only");
}

PlainHttp plain_http_of(std::string_view issuer) {
    return issuer.starts_with("http:") ? PlainHttp::on_loopback : PlainHttp::refused;
}

TimeLeft::TimeLeft() : end_(steady_clock::now() + kWholeStep) {}

milliseconds TimeLeft::next() const {
    const auto left = std::chrono::duration_cast<milliseconds>(end_ - steady_clock::now());
    return std::clamp(left, milliseconds(1), kOneRequest);
}

FetchRequest ProviderHttp::request_to(const std::string& url, const TimeLeft& left) const {
    FetchRequest request;
    request.url = url;
    request.headers = {{"Accept", "application/json"}};
    request.deadline = left.next();
    // Plain http has passed check_endpoint: it goes to this machine, and only there.
    request.addresses = url.starts_with("http:") ? AddressRule::loopback_only
                        : allow_private_address_ ? AddressRule::any
                                                 : AddressRule::public_only;
    return request;
}

Result<FetchResponse> ProviderHttp::fetch(const FetchRequest& request) const {
    auto response = fetcher_.fetch(request);
    if (!response) return unexpected(ErrorCode::offline, response.error().message);
    return response;
}

Result<std::string> ProviderHttp::get(const std::string& url, const TimeLeft& left,
                                      Redirects redirects) const {
    FetchRequest request = request_to(url, left);
    request.redirects = redirects;
    SPAREKEY_TRY(FetchResponse response, fetch(request));
    return body_of(std::move(response), url);
}

Result<Json> ProviderHttp::get_as(const std::string& url, const core::SecretText& token,
                                  const TimeLeft& left) const {
    FetchRequest request = request_to(url, left);
    core::SecretBuilder bearer;
    bearer.append("Bearer ");
    bearer.append(token.expose());
    request.authorization = core::SecretText(std::move(bearer).take());
    SPAREKEY_TRY(FetchResponse response, fetch(request));
    SPAREKEY_TRY(const std::string body, body_of(std::move(response), url));
    auto document = Json::parse_object(body);
    if (!document) return unexpected(ErrorCode::offline, url + " answers nonsense");
    return document;
}

Result<FetchResponse> ProviderHttp::post(const std::string& url, core::SecretText authorization,
                                         core::SecretText form, const TimeLeft& left) const {
    FetchRequest request = request_to(url, left);
    request.method = FetchMethod::post;
    request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    request.authorization = std::move(authorization);
    request.body = std::move(form);
    return fetch(request);
}

}  // namespace sparekey::sync
