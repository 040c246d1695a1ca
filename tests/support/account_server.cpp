#include "tests/support/account_server.h"

#include "core/crypto/hash.h"
#include "sync/server/accounts/account_routes.h"
#include "sync/server/accounts/enrolment_routes.h"
#include "sync/server/accounts/page_routes.h"
#include "sync/server/accounts/sync_routes.h"
#include "sync/server/oauth/browser_login.h"
#include "sync/server/oauth/endpoints.h"
#include "sync/server/pages/trouble_page.h"
#include "sync/server/store/open.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <unistd.h>

namespace sparekey::tests {
namespace {

constexpr std::string_view kOrigin = "http://127.0.0.1:8443";

void append(std::vector<sync::Route>& all, std::vector<sync::Route> more) {
    for (sync::Route& route : more) all.push_back(std::move(route));
}

/// All tests come from one address: what they fail counts by account, device and code alone, unless
/// a test says otherwise.
sync::LimiterSettings limits(double pushes_a_day, std::uint32_t free_failures) {
    sync::LimiterSettings settings;
    settings.pushes_a_day = pushes_a_day;
    settings.requests_a_second = 0;
    settings.by_address.free_failures = free_failures;
    return settings;
}

std::filesystem::path new_folder() {
    std::string name = std::filesystem::temp_directory_path() / "sparekey-server-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw core::SystemFailure("no temporary folder");
    return name;
}

sync::Request request_to(sync::Method method, std::string_view target) {
    sync::Request request;
    request.method = method;
    const auto mark = target.find('?');
    request.path = std::string(target.substr(0, mark));
    if (mark != std::string_view::npos) request.query = std::string(target.substr(mark + 1));
    request.address = "192.0.2.7";
    request.id = "test";
    return request;
}

std::string encode_form(const sync::Parameters& form) {
    const std::string text = sync::with_parameters("", form);
    return text.empty() ? text : text.substr(1);
}

}  // namespace

core::Result<sync::ProviderStart> FakeProviders::start(std::string_view provider) {
    if (provider != "corp") return core::unexpected(core::ErrorCode::not_found, "no such provider");
    sync::ProviderStart started;
    started.attempt.provider = "corp";
    started.attempt.state = core::to_base64url(random_.bytes<32>());
    started.url = "https://id.example/authorize?state=" + started.attempt.state;
    return started;
}

core::Result<sync::ProviderLogin> FakeProviders::finish(const sync::ProviderAttempt&,
                                                        const sync::Parameters& parameters) {
    const std::string code = sync::parameter(parameters, "code");
    if (code == "away") return core::unexpected(core::ErrorCode::offline, "the provider is down");
    if (code.empty() || code == "refuse") {
        return core::unexpected(core::ErrorCode::refused, "the ID token's issuer is another");
    }
    sync::ProviderLogin login;
    login.key = {"https://id.example", code};
    login.provider = "corp";
    login.display = code + "@example.org";
    login.email_domain = email_domain;
    return login;
}

AccountServer::AccountServer(double pushes_a_day, std::uint32_t free_failures)
    : providers(random),
      folder_(new_folder()),
      limiter_(limits(pushes_a_day, free_failures), clock, random) {
    settings.origin = kOrigin;
    settings.sign_up.kind = sync::SignUpPolicy::Kind::open;
    auto store = sync::open_store("sqlite:" + (folder_ / "server.db").string(), sync::Use::server);
    if (!store) throw core::SystemFailure(store.error().message);
    store_ = std::move(*store);
    services_ = std::make_unique<sync::Services>(
        sync::Services{*store_, providers, clock, random, settings, limiter_});
    std::vector<sync::Route> routes;
    append(routes, sync::oauth_routes(*services_));
    append(routes, sync::browser_login_routes(*services_));
    append(routes, sync::enrolment_routes(*services_));
    append(routes, sync::account_routes(*services_));
    append(routes, sync::page_routes(*services_));
    append(routes, sync::sync_routes(*services_));
    site_ = std::make_unique<sync::Site>(
        sync::Site{sync::Router(std::move(routes)), {}, {}, false, {}, {}, sync::page_or_words});
    dispatcher_ = std::make_unique<sync::Dispatcher>(*site_, limiter_, metrics_, log_);
}

AccountServer::~AccountServer() {
    dispatcher_.reset();
    site_.reset();
    services_.reset();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

sync::Response AccountServer::send(sync::Request request) {
    auto admitted = dispatcher_->admit(request, request.body.size());
    if (auto* refusal = std::get_if<sync::Response>(&admitted)) return std::move(*refusal);
    const auto& known = std::get<sync::Dispatcher::Admitted>(admitted);
    sync::Response response = dispatcher_->answer(known, request);
    dispatcher_->settle(&known, request, response, {});
    return response;
}

sync::Response AccountServer::get(const std::string& target, const std::string& token) {
    sync::Request request = request_to(sync::Method::get, target);
    if (!token.empty()) request.headers.push_back({"authorization", "Bearer " + token});
    return send(std::move(request));
}

sync::Response AccountServer::post_form(const std::string& path, const sync::Parameters& form) {
    sync::Request request = request_to(sync::Method::post, path);
    request.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
    request.body = encode_form(form);
    return send(std::move(request));
}

sync::Response AccountServer::post_json(const std::string& path, const std::string& body,
                                        const std::string& token) {
    sync::Request request = request_to(sync::Method::post, path);
    request.headers.push_back({"content-type", "application/json"});
    if (!token.empty()) request.headers.push_back({"authorization", "Bearer " + token});
    request.body = body;
    return send(std::move(request));
}

sync::AccountId AccountServer::make_account(const std::string& subject) {
    sync::Push push;
    push.account = sync::AccountId::random(random);
    push.commit.n = 1;
    push.commit.bytes = {1, 2, 3};
    push.commit.hash = core::sha256(push.account.bytes);
    push.quota = settings.quota;
    sync::Push::Roster roster;
    sync::Device device;
    device.id = core::DeviceId::random(random);
    device.added_ms = clock.now_ms();
    roster.devices.push_back(device);
    push.roster = roster;
    sync::Push::Founding founding;
    founding.identity = sync::Identity{
        {"https://id.example", subject}, "corp", subject, clock.now_ms(), clock.now_ms()};
    push.founding = founding;
    push.audit = {push.account, clock.now_ms(), "push", "test", "192.0.2.7", "{}"};
    if (!store_->push(push).pushed) throw core::SystemFailure("the account was not made");
    return push.account;
}

sync::Response Browser::exchange(sync::Request request) {
    std::string sent;
    for (const auto& [name, value] : cookies)
        sent += (sent.empty() ? "" : "; ") + name + "=" + value;
    if (!sent.empty()) request.headers.push_back({"cookie", sent});
    sync::Response response = server_.send(std::move(request));
    for (const sync::Header& header : response.headers) {
        if (header.name != "set-cookie") continue;
        const auto equals = header.value.find('=');
        cookies[header.value.substr(0, equals)] =
            header.value.substr(equals + 1, header.value.find(';') - equals - 1);
    }
    page = response.body;
    return response;
}

sync::Response Browser::fetch(const std::string& target) {
    return exchange(request_to(sync::Method::get, target));
}

sync::Response Browser::follow(sync::Response response) {
    for (int steps = 0; steps < 10 && response.status == 303; ++steps) {
        const std::string location = header_of(response, "location");
        if (!location.starts_with('/')) break;
        response = fetch(location);
    }
    return response;
}

sync::Response Browser::open(const std::string& target) {
    return follow(fetch(target));
}

sync::Response Browser::submit(const std::string& path, sync::Parameters form) {
    sync::Request request = request_to(sync::Method::post, path);
    request.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
    request.headers.push_back({"origin", std::string(kOrigin)});
    request.body = encode_form(form);
    return follow(exchange(std::move(request)));
}

std::string Browser::form_token() const {
    constexpr std::string_view kField = "name=\"token\" value=\"";
    const auto start = page.find(kField);
    if (start == std::string::npos) return {};
    const auto from = start + kField.size();
    return page.substr(from, page.find('"', from) - from);
}

sync::Response Browser::log_in(const std::string& start, const std::string& person) {
    open(start);
    const sync::Response leaving = open("/login/provider/corp");
    const std::string location = header_of(leaving, "location");
    const std::string state = location.substr(location.find("state=") + 6);
    return open("/login/callback/corp?state=" + state + "&code=" + person);
}

std::string json_text(const sync::Response& response, std::string_view name) {
    boost::system::error_code failure;
    const auto value = boost::json::parse(response.body, failure);
    if (failure || !value.is_object()) return {};
    const auto* const member = value.get_object().if_contains(name);
    if (member == nullptr) return {};
    return member->is_string() ? std::string(member->get_string())
                               : boost::json::serialize(*member);
}

std::string header_of(const sync::Response& response, std::string_view name) {
    for (const sync::Header& header : response.headers) {
        if (header.name == name) return header.value;
    }
    return {};
}

}  // namespace sparekey::tests
