// log_in_as() of tests/support/login_provider.h: what a browser does there, by hand.
#include "sync/http_client/curl_fetcher.h"
#include "sync/http_client/url.h"
#include "tests/support/login_provider.h"

#include <stdexcept>

namespace sparekey::tests {
namespace {

using sync::FetchMethod;
using sync::FetchResponse;

std::string between(const std::string& text, const std::string& before, const std::string& after) {
    const auto at = text.find(before);
    if (at == std::string::npos) return {};
    const auto from = at + before.size();
    return text.substr(from, text.find(after, from) - from);
}

std::string percent_decoded(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            plain += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

std::map<std::string, std::string> parameters_of(const std::string& query) {
    std::map<std::string, std::string> parameters;
    for (std::size_t at = 0; at < query.size();) {
        const std::size_t end = std::min(query.find('&', at), query.size());
        const std::size_t equals = query.find('=', at);
        parameters[query.substr(at, equals - at)] =
            percent_decoded(query.substr(equals + 1, end - equals - 1));
        at = end + 1;
    }
    return parameters;
}

/// Fetches pages of one origin and keeps its cookies.
class ScriptedBrowser {
  public:
    FetchResponse get(const std::string& url) { return ask(FetchMethod::get, url, {}); }
    FetchResponse post(const std::string& url, const std::string& form) {
        return ask(FetchMethod::post, url, form);
    }

  private:
    FetchResponse ask(FetchMethod method, const std::string& url, const std::string& form) {
        sync::FetchRequest request;
        request.method = method;
        request.url = url;
        request.addresses = sync::AddressRule::loopback_only;
        request.deadline = std::chrono::seconds(30);
        request.headers = {{"Cookie", cookie_header()}};
        if (method == FetchMethod::post) {
            request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
            request.body = core::SecretText::copy_of(form);
        }
        auto response = fetcher_.fetch(request);
        if (!response) throw std::runtime_error(response.error().message);
        for (const auto& header : response->headers) {
            if (header.name == "set-cookie") keep(header.value);
        }
        return std::move(response).value();
    }
    void keep(const std::string& cookie) {
        const auto equals = cookie.find('=');
        const std::string value = cookie.substr(equals + 1, cookie.find(';') - equals - 1);
        if (value.empty()) {
            cookies_.erase(cookie.substr(0, equals));
        } else {
            cookies_[cookie.substr(0, equals)] = value;
        }
    }
    std::string cookie_header() const {
        std::string text;
        for (const auto& [name, value] : cookies_) {
            text += (text.empty() ? "" : "; ") + name + "=" + value;
        }
        return text;
    }

    sync::CurlFetcher fetcher_;
    std::map<std::string, std::string> cookies_;
};

}  // namespace

std::map<std::string, std::string> log_in_as(const std::string& name, const std::string& url,
                                             const std::string& redirect_uri) {
    ScriptedBrowser browser;
    std::string at = url;
    FetchResponse page = browser.get(at);
    for (int step = 0; step < 12; ++step) {
        if (const auto location = page.header("location")) {
            at = sync::resolve_url(at, *location).value();
            if (at.starts_with(redirect_uri + "?"))
                return parameters_of(sync::parse_url(at)->query);
            page = browser.get(at);
            continue;
        }
        // The form that asks who it is, or the one that asks for a confirmation.
        const std::string action = between(page.body, "action=\"", "\"");
        const std::string prompt = between(page.body, "name=\"prompt\" value=\"", "\"");
        if (action.empty() || prompt.empty()) break;
        at = sync::resolve_url(at, action).value();
        page = browser.post(
            at, "prompt=" + prompt + "&login=" + sync::percent_encoded(name) + "&password=x");
    }
    throw std::runtime_error("no way back from the provider: status " +
                             std::to_string(page.status) + " at " + at + ": " + page.body);
}

}  // namespace sparekey::tests
