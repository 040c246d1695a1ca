// The server's handlers behind its dispatcher, without sockets or providers: a store in memory-like
// speed, a clock and a fake provider that the test sets, and a browser that keeps cookies and
// follows redirects.
#pragma once

#include "sync/server/accounts/services.h"
#include "sync/server/http/dispatcher.h"
#include "sync/server/http/form.h"
#include "tests/support/seeded_random.h"

#include <filesystem>
#include <memory>
#include <sstream>

namespace sparekey::tests {

class SetClock final : public core::Clock {
  public:
    std::uint64_t now_ms() const override { return now_ms_; }
    void pass(std::uint64_t ms) { now_ms_ += ms; }

  private:
    std::uint64_t now_ms_ = 1'764'000'000'000;
};

/// One provider, "corp". A callback with code=NAME is that person, issuer https://id.example;
/// code=refuse fails a check; code=away is a provider that is down.
class FakeProviders final : public sync::Providers {
  public:
    explicit FakeProviders(core::Random& random) : random_(random) {}
    std::vector<sync::ProviderFacts> list() const override {
        return {{"corp", "Example Corp", "oidc"}};
    }
    core::Result<sync::ProviderStart> start(std::string_view provider) override;
    core::Result<sync::ProviderLogin> finish(const sync::ProviderAttempt& attempt,
                                             const sync::Parameters& parameters) override;

    std::string email_domain;  // of everybody who logs in

  private:
    core::Random& random_;
};

class AccountServer {
  public:
    /// `free_failures` of the one address from which all tests come.
    explicit AccountServer(double pushes_a_day = 20'000, std::uint32_t free_failures = 1'000'000);
    ~AccountServer();

    sync::Response send(sync::Request request);
    sync::Response get(const std::string& target, const std::string& token = {});
    sync::Response post_form(const std::string& path, const sync::Parameters& form);
    sync::Response post_json(const std::string& path, const std::string& body,
                             const std::string& token = {});
    /// Makes an account with this identity and one device, without the chain.
    sync::AccountId make_account(const std::string& subject);

    sync::ServerSettings settings;
    SetClock clock;
    SeededRandom random;
    FakeProviders providers;

    sync::Services& services() { return *services_; }
    sync::Store& store() { return *store_; }
    const sync::Router& router() const { return site_->router; }

  private:
    std::filesystem::path folder_;
    std::unique_ptr<sync::Store> store_;
    std::unique_ptr<sync::Services> services_;
    std::unique_ptr<sync::Site> site_;
    std::ostringstream log_text_;
    sync::Log log_{sync::LogFormat::json, sync::LogLevel::error, &log_text_};
    sync::Metrics metrics_;
    sync::Limiter limiter_;
    std::unique_ptr<sync::Dispatcher> dispatcher_;
};

/// A browser at that server.
class Browser {
  public:
    explicit Browser(AccountServer& server) : server_(server) {}
    /// Follows redirects within the server; the first answer that leads elsewhere, or that is a
    /// page.
    sync::Response open(const std::string& target);
    sync::Response submit(const std::string& path, sync::Parameters form);
    /// As open(), but stops at the first answer.
    sync::Response fetch(const std::string& target);
    /// The hidden token of the last page.
    std::string form_token() const;
    /// Through the provider as `person`, up to the confirmation page.
    sync::Response log_in(const std::string& start, const std::string& person);

    std::map<std::string, std::string> cookies;
    std::string page;  // the last body

  private:
    sync::Response exchange(sync::Request request);
    sync::Response follow(sync::Response response);
    AccountServer& server_;
};

/// A JSON member of a body, as text; "" if it is missing.
std::string json_text(const sync::Response& response, std::string_view name);
std::string header_of(const sync::Response& response, std::string_view name);

}  // namespace sparekey::tests
