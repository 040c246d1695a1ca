// The real `sparekey-server` on loopback, with a store and a configuration of its own.
#pragma once

#include "sync/http_client/curl_fetcher.h"
#include "tests/support/program.h"

#include <optional>
#include <string>

namespace sparekey::tests {

class RunningServer {
  public:
    /// Not started. `store` is such as "sqlite:PATH"; empty: a file of its own.
    explicit RunningServer(const std::string& store = {});
    ~RunningServer();
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    /// More lines of the configuration, before the first start.
    void configure(const std::string& lines);
    /// Instead of "invite".
    void set_sign_up(const std::string& policy);
    /// Who the server is for others, if something stands before it; before the first start.
    void set_origin(const std::string& origin);
    /// The code of an invitation for one account.
    std::string invite() const;
    /// Until it answers. Throws std::runtime_error if it does not.
    void start();
    /// SIGTERM; its exit status.
    int stop();
    void kill();
    /// Another command on the same configuration.
    Outcome command(std::vector<std::string> words) const;

    const std::string& origin() const { return origin_; }
    int port() const { return port_; }
    std::string store_path() const { return home_.file("server.db"); }
    const Home& home() const { return home_; }
    std::string log() const { return read_text(home_.file("log")); }

    /// Of the server that runs; for /proc.
    int process() const { return process_; }

    /// Nothing while the server is away.
    std::optional<sync::FetchResponse> try_post(const std::string& path, const std::string& type,
                                                std::string_view body,
                                                const std::string& token = {}) const;
    sync::FetchResponse get(const std::string& path, const std::string& token = {}) const;
    sync::FetchResponse post_form(const std::string& path, const std::string& form) const;

  private:
    core::Result<sync::FetchResponse> try_fetch(sync::FetchRequest request) const;
    sync::FetchResponse fetch(sync::FetchRequest request) const;
    int wait();

    Home home_;
    int port_;
    std::string origin_;
    int process_ = -1;
    mutable sync::CurlFetcher fetcher_;
};

/// Of the configuration: the provider "corp" at `issuer`, a LoginProvider.
std::string provider_lines(const std::string& issuer);

}  // namespace sparekey::tests
