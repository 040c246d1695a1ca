// A provider that a test makes lie at one point: it answers the server's requests in the test's own
// process, signs whatever it is told to, and counts what it was asked for.
#pragma once

#include "sync/http_client/fetcher.h"
#include "sync/server/oidc/configured_providers.h"
#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/sync/oidc/signing.h"

#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace sparekey::tests {

/// A JSON object's members, each value as JSON text.
using JsonMembers = std::map<std::string, std::string>;
std::string json_object(const JsonMembers& members);
std::string in_quotes(const std::string& text);

class HostileProvider final : public sync::Fetcher {
  public:
    explicit HostileProvider(std::string issuer = "https://id.example.org");

    core::Result<sync::FetchResponse> fetch(const sync::FetchRequest& request) override;

    /// Requests so far whose URL ends like that.
    std::size_t hits(const std::string& ending) const;

    std::string issuer;
    JsonMembers metadata;
    std::vector<std::string> keys;  // JWKs
    JsonMembers token_answer;       // besides id_token
    unsigned token_status = 200;
    std::string user_info;       // of /userinfo; empty: 404
    std::set<std::string> down;  // URL endings that time out
    /// Makes the ID token of an answer to this form.
    std::function<std::string(const JsonMembers& form)> make_token;
    std::vector<sync::FetchRequest> requests;  // URL, headers and rules; without secrets
    JsonMembers last_form;
    std::string last_authorization;

  private:
    sync::FetchResponse answer(const sync::FetchRequest& request);
    sync::FetchResponse answer_token(const sync::FetchRequest& request);

    mutable std::mutex mutex_;
};

/// A server with one provider, and a person who logs in there.
class LoginBench {
  public:
    explicit LoginBench(sync::ProviderConfig config = plain_config(),
                        std::string issuer = "https://id.example.org");
    static sync::ProviderConfig plain_config();

    /// Both halves of a login. What the provider says can be changed before.
    core::Result<sync::ProviderLogin> log_in();
    /// Begins, and returns what the browser would bring back.
    core::Result<sync::ProviderStart> start();
    core::Result<sync::ProviderLogin> finish() { return providers->finish(attempt, answer); }

    /// "refused", "offline", … or "logged in".
    std::string outcome();
    std::string message;  // of the last outcome()

    FakeClock clock;
    SeededRandom random;
    HostileProvider provider;
    std::unique_ptr<sync::ConfiguredProviders> providers;
    sync::ProviderAttempt attempt;
    std::map<std::string, std::string> answer;  // the callback's parameters

    JsonMembers header;  // of the ID token
    JsonMembers claims;  // nonce is filled in, unless it is there
    const ProviderKey* key;
    std::string algorithm = "RS256";
    /// Called with code and state before the callback's parameters are used.
    std::function<void(std::map<std::string, std::string>&)> meddle;

  private:
    std::string make_token() const;
    std::string client_id_;
};

}  // namespace sparekey::tests
