// A login provider of OAuth 2.0 alone, in this process, and a person who signs in there: whoever
// the authorization code names.
#pragma once

#include "sync/http_client/curl_fetcher.h"
#include "tests/support/loopback_server.h"

#include <map>
#include <string>

namespace sparekey::tests {

class PlainProvider {
  public:
    PlainProvider();
    /// Its table for a server's configuration, with the id "corp".
    std::string lines() const;

  private:
    LoopbackServer server_;
};

/// A browser without scripts: it keeps cookies, and follows redirects within the server.
class ScriptedPerson {
  public:
    ScriptedPerson(std::string origin, std::string name)
        : origin_(std::move(origin)), name_(std::move(name)) {}

    enum class Says { yes, no };
    /// Opens what a device shows, signs in as this person, and answers the confirmation. Gives
    /// where the browser is led at last, or the page's text.
    std::string confirm(const std::string& address, Says answer = Says::yes);
    /// Goes where confirm() was led: to the device itself.
    sync::FetchResponse visit(const std::string& url);
    /// The code on the page that confirm() ended at.
    static std::string pasted_code(const std::string& page);

  private:
    sync::FetchResponse fetch(sync::FetchRequest request);
    sync::FetchResponse follow(sync::FetchResponse response);
    std::string location(const sync::FetchResponse& response) const;

    std::string origin_;
    std::string name_;
    std::map<std::string, std::string> cookies_;
    sync::CurlFetcher fetcher_;
};

}  // namespace sparekey::tests
