#include "tests/sync/oidc/hostile_provider.h"

#include <algorithm>

namespace sparekey::tests {
namespace {

std::string decoded(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        plain += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
    }
    return plain;
}

JsonMembers form_of(const std::string& text) {
    JsonMembers form;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('&', at), text.size());
        const std::size_t equals = text.find('=', at);
        form[text.substr(at, equals - at)] = decoded(text.substr(equals + 1, end - equals - 1));
        at = end + 1;
    }
    return form;
}

sync::FetchResponse response(unsigned status, const std::string& body) {
    return {status, {{"content-type", "application/json"}}, body};
}

}  // namespace

std::string in_quotes(const std::string& text) {
    return '"' + text + '"';
}

std::string json_object(const JsonMembers& members) {
    std::string text = "{";
    for (const auto& [name, value] : members) {
        text += (text.size() > 1 ? "," : "") + in_quotes(name) + ":" + value;
    }
    return text + "}";
}

HostileProvider::HostileProvider(std::string named) : issuer(std::move(named)) {
    metadata = {{"issuer", in_quotes(issuer)},
                {"authorization_endpoint", in_quotes(issuer + "/authorize")},
                {"token_endpoint", in_quotes(issuer + "/token")},
                {"jwks_uri", in_quotes(issuer + "/keys")},
                {"userinfo_endpoint", in_quotes(issuer + "/userinfo")},
                {"code_challenge_methods_supported", R"(["plain","S256"])"},
                {"id_token_signing_alg_values_supported",
                 R"(["none","HS256","RS256","RS512","PS256","ES256","ES384","EdDSA"])"},
                {"token_endpoint_auth_methods_supported",
                 R"(["client_secret_basic","client_secret_post"])"}};
    keys = {rsa_key().jwk("one")};
    token_answer = {{"access_token", in_quotes("access")}, {"token_type", in_quotes("Bearer")}};
}

core::Result<sync::FetchResponse> HostileProvider::fetch(const sync::FetchRequest& request) {
    const std::lock_guard lock(mutex_);
    requests.push_back({request.method,
                        request.url,
                        request.headers,
                        {},
                        {},
                        request.addresses,
                        request.redirects,
                        request.deadline,
                        request.largest_body});
    for (const std::string& ending : down) {
        if (request.url.ends_with(ending)) {
            return core::unexpected(core::ErrorCode::offline, "no answer");
        }
    }
    return answer(request);
}

sync::FetchResponse HostileProvider::answer(const sync::FetchRequest& request) {
    const std::string& url = request.url;
    if (url.ends_with("/.well-known/openid-configuration")) {
        return response(200, json_object(metadata));
    }
    if (url == issuer + "/keys") {
        std::string listed;
        for (const std::string& key : keys) listed += (listed.empty() ? "" : ",") + key;
        return response(200, R"({"keys":[)" + listed + "]}");
    }
    if (request.method == sync::FetchMethod::post) return answer_token(request);
    if (url.ends_with("/userinfo") && !user_info.empty() &&
        request.authorization.expose() == "Bearer access") {
        return response(200, user_info);
    }
    return response(404, "{}");
}

sync::FetchResponse HostileProvider::answer_token(const sync::FetchRequest& request) {
    last_form = form_of(std::string(request.body.expose()));
    last_authorization = std::string(request.authorization.expose());
    JsonMembers members = token_answer;
    if (make_token) members["id_token"] = in_quotes(make_token(last_form));
    return response(token_status, json_object(members));
}

std::size_t HostileProvider::hits(const std::string& ending) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(),
                      [&](const auto& request) { return request.url.ends_with(ending); }));
}

sync::ProviderConfig LoginBench::plain_config() {
    sync::ProviderConfig config;
    config.id = "corp";
    config.name = "Example Corp";
    config.issuer = "https://id.example.org";
    config.client_id = "client";
    config.client_secret = core::SecretText::copy_of("s3cret&more");
    return config;
}

LoginBench::LoginBench(sync::ProviderConfig config, std::string issuer)
    : provider(std::move(issuer)), key(&rsa_key()), client_id_(config.client_id) {
    std::vector<sync::ProviderConfig> configs;
    configs.push_back(std::move(config));
    providers = sync::ConfiguredProviders::make(std::move(configs), "https://vault.example.org",
                                                provider, random, clock)
                    .value();
    const std::uint64_t now_s = clock.now_ms() / 1000;
    header = {{"alg", in_quotes("RS256")}, {"kid", in_quotes("one")}};
    claims = {{"iss", in_quotes(provider.issuer)},   {"sub", in_quotes("248289761001")},
              {"aud", in_quotes(client_id_)},        {"iat", std::to_string(now_s)},
              {"exp", std::to_string(now_s + 300)},  {"preferred_username", in_quotes("jo")},
              {"email", in_quotes("jo@example.org")}};
    provider.make_token = [this](const JsonMembers&) { return make_token(); };
}

std::string LoginBench::make_token() const {
    JsonMembers said = claims;
    said.try_emplace("nonce", in_quotes(attempt.nonce));
    std::erase_if(said, [](const auto& member) { return member.second.empty(); });
    return signed_token(*key, algorithm, json_object(header), json_object(said));
}

core::Result<sync::ProviderStart> LoginBench::start() {
    auto started = providers->start(providers->list().front().id);
    if (!started) return started;
    attempt = started->attempt;
    answer = {{"code", "code-1"}, {"state", attempt.state}};
    if (meddle) meddle(answer);
    return started;
}

core::Result<sync::ProviderLogin> LoginBench::log_in() {
    const auto started = start();
    if (!started) return core::unexpected(started.error());
    return finish();
}

std::string LoginBench::outcome() {
    const auto login = log_in();
    message = login ? "" : login.error().message;
    return login ? "logged in" : std::string(core::code_name(login.error().code));
}

}  // namespace sparekey::tests
