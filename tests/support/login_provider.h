// A certified OpenID provider (tests/provider) on loopback, and a person who logs in there.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace sparekey::tests {

/// What the provider's client is registered with.
inline constexpr const char* kProviderClient = "client";
inline constexpr const char* kProviderSecret = "client-secret";
/// The tenant of shape "tenant".
inline constexpr const char* kProviderTenant = "11111111-2222-3333-4444-555555555555";

class LoginProvider {
  public:
    /// `shape` is one of tests/provider/provider.mjs: "oidc", "ps256", "es256", "eddsa", "tenant",
    /// "oauth2". `redirect_uris` are the callbacks that it knows, to the letter. Throws
    /// std::runtime_error if it does not start.
    LoginProvider(std::string shape, std::vector<std::string> redirect_uris);
    ~LoginProvider();
    LoginProvider(const LoginProvider&) = delete;
    LoginProvider& operator=(const LoginProvider&) = delete;

    /// Such as "http://127.0.0.1:40001".
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// On the same port, with new keys: as after a rotation.
    void restart();
    void stop();

  private:
    void start();

    std::string shape_;
    std::vector<std::string> redirect_uris_;
    int port_;
    int process_ = -1;
    int input_ = -1;  // it ends when this is closed, and so with this process
};

/// Follows `url` to the provider without a browser: types `name` into its form, confirms, and
/// returns the parameters with which a browser would come back to `redirect_uri`. Throws
/// std::runtime_error if the way leads elsewhere.
std::map<std::string, std::string> log_in_as(const std::string& name, const std::string& url,
                                             const std::string& redirect_uri);

}  // namespace sparekey::tests
