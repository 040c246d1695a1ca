// Certificates and versions of TLS, against OpenSSL's own test server.
#include "sync/http_client/curl_fetcher.h"
#include "tests/support/loopback_server.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace sparekey::sync {
namespace {

/// A certificate for `name` that vouches for itself, in `home`.
void make_certificate(const tests::Home& home, const std::string& name) {
    const auto outcome = home.run_program(
        "/usr/bin/openssl",
        {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
         "2", "-subj", "/CN=test", "-addext", "subjectAltName=" + name, "-keyout",
         home.file("key.pem"), "-out", home.file("cert.pem")});
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
}

class TlsServer {
  public:
    TlsServer(const tests::Home& home, const std::vector<std::string>& options)
        : port_(tests::free_port()) {
        std::vector<std::string> arguments = {"s_server",
                                              "-quiet",
                                              "-www",
                                              "-accept",
                                              address(),
                                              "-cert",
                                              home.file("cert.pem"),
                                              "-key",
                                              home.file("key.pem")};
        arguments.insert(arguments.end(), options.begin(), options.end());
        process_ = ::fork();
        if (process_ == 0) home.become(arguments, "/usr/bin/openssl");
        for (int i = 0; i < 500 && !tests::listens(port_); ++i) ::usleep(10'000);
    }
    ~TlsServer() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  private:
    int port_;
    pid_t process_ = -1;
};

core::Result<FetchResponse> fetch(const TlsServer& server, const std::string& ca_file) {
    CurlSettings settings;
    settings.ca_file = ca_file;
    CurlFetcher fetcher(settings);
    FetchRequest request;
    request.url = "https://" + server.address() + "/";
    request.addresses = AddressRule::any;
    return fetcher.fetch(request);
}

}  // namespace

TEST_CASE("a certificate needs an authority and the right name",
          "[http_client][tls][mutant:fetch-certificate]") {
    tests::Home home;
    make_certificate(home, "IP:127.0.0.1");
    {
        const TlsServer server(home, {});
        CHECK(fetch(server, home.file("cert.pem"))->status == 200);
        const auto refused = fetch(server, "");
        CHECK(refused.error().code == core::ErrorCode::offline);
        // What it is, why, and what to do; whom it concerns, the caller says.
        CHECK(tests::has(refused.error().message, "not one that this machine trusts (self"));
        CHECK(tests::has(refused.error().message, "the system's store"));
        CHECK_FALSE(tests::has(refused.error().message, "https://"));
    }
    make_certificate(home, "DNS:other.example");
    const TlsServer server(home, {});
    CHECK(fetch(server, home.file("cert.pem")).error().code == core::ErrorCode::offline);
}

TEST_CASE("TLS 1.2 and 1.3 are spoken, and nothing older", "[http_client][tls]") {
    tests::Home home;
    make_certificate(home, "IP:127.0.0.1");
    const std::string authority = home.file("cert.pem");
    CHECK(fetch(TlsServer(home, {"-tls1_2"}), authority)->status == 200);
    CHECK(fetch(TlsServer(home, {"-tls1_3"}), authority)->status == 200);
    const std::vector<std::string> old = {"-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"};
    CHECK(fetch(TlsServer(home, old), authority).error().code == core::ErrorCode::offline);
}

}  // namespace sparekey::sync
