// TLS as another program sees it: OpenSSL's own s_client (H-22).
#include "tests/support/local_sshd.h"
#include "tests/support/program.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/http/running_server.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace sparekey;
using namespace sparekey::tests;

namespace {

/// A certificate of its own for `name`, and its key.
sync::TlsFiles make_certificate(const Home& home, const std::string& name) {
    const std::string key = home.file(name + ".key");
    const std::string certificate = home.file(name + ".pem");
    const auto made = run_shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 "
        "-subj /CN=" +
        name + " -keyout '" + key + "' -out '" + certificate + "'");
    REQUIRE(made.status == 0);
    return {certificate, key};
}

/// It shows the certificate of that name; OpenSSL 3.5 leaves the spaces out.
bool shows(const std::string& said, const std::string& name) {
    return has(said, "CN = " + name) || has(said, "CN=" + name);
}

/// What s_client says (standard error too) after sending one request.
std::string s_client(const std::string& where, const std::string& options) {
    return run_shell(
               "(printf 'GET /quick HTTP/1.1\\r\\nHost: vault.example\\r\\nConnection: close"
               "\\r\\n\\r\\n'; sleep 2) | timeout 10 openssl s_client -connect " +
               where + " " + options + " 2>&1")
        .out;
}

/// A shell's command and its children, ended with it.
class Started {
  public:
    explicit Started(const std::string& command) : process_(::fork()) {
        if (process_ != 0) return;
        ::setpgid(0, 0);
        ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
        ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        ::_exit(127);
    }
    ~Started() {
        ::kill(-process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    Started(const Started&) = delete;
    Started& operator=(const Started&) = delete;

  private:
    pid_t process_;
};

ServerOptions with(const sync::TlsFiles& files) {
    ServerOptions options;
    options.tls = files;
    return options;
}

}  // namespace

TEST_CASE("TLS 1.3 is spoken, and nothing older", "[sync][tls]") {
    const Home home;
    RunningHttpServer running(with(make_certificate(home, "first")));
    const auto spoken = s_client(running.where(), "-tls1_3 -alpn http/1.1");
    CHECK(has(spoken, "HTTP/1.1 200 OK"));
    CHECK(has(spoken, "TLSv1.3"));
    CHECK(has(spoken, "ALPN protocol: http/1.1"));
    CHECK(!has(spoken, "Post-Handshake New Session Ticket"));
    // Clients of our day offer 1.1 at their lowest level of security only.
    for (const auto* older : {"-tls1_2", "-tls1_1 -cipher ALL:@SECLEVEL=0"}) {
        const auto refused = s_client(running.where(), older);
        CHECK(!has(refused, "HTTP/1.1"));
        CHECK(has(refused, "alert protocol version"));
    }
    CHECK(has(s_client(running.where(), "-tls1_3 -alpn h2"), "no application protocol"));
}

TEST_CASE("a peer that speaks no TLS gets nothing and costs nothing", "[sync][tls]") {
    const Home home;
    auto options = ServerOptions::hasty();
    options.tls = make_certificate(home, "first");
    RunningHttpServer running(options);
    RawClient plain(running.where());
    plain.send(get("/quick"));
    CHECK(!has(plain.receive_all(), "HTTP/1.1"));
    RawClient silent(running.where());
    CHECK(silent.is_ended());
    CHECK(running.reaches("sparekey_connections", 0));
    CHECK(has(s_client(running.where(), "-tls1_3"), "HTTP/1.1 200 OK"));
}

TEST_CASE("a certificate is reloaded for new connections, and a broken one is not taken",
          "[sync][tls]") {
    const Home home;
    const auto files = make_certificate(home, "first");
    const auto second = make_certificate(home, "second");
    sync::TlsCertificate certificate(files);
    REQUIRE(certificate.load().has_value());
    const auto before = certificate.current();
    REQUIRE(run_shell("cp '" + second.certificate + "' '" + files.certificate + "'").status == 0);
    const auto mixed = certificate.load();
    REQUIRE(!mixed.has_value());
    CHECK(mixed.error().code == core::ErrorCode::usage);
    CHECK(has(mixed.error().message, files.key));
    CHECK(certificate.current() == before);
    write_text(files.certificate, "nonsense");
    CHECK(!certificate.load().has_value());
    CHECK(certificate.current() == before);
    REQUIRE(run_shell("cp '" + second.certificate + "' '" + files.certificate + "' && cp '" +
                      second.key + "' '" + files.key + "'")
                .status == 0);
    CHECK(certificate.load().has_value());
    CHECK(certificate.current() != before);
}

TEST_CASE("SIGHUP brings the new certificate and drops no connection", "[sync][tls]") {
    const Home home;
    const auto files = make_certificate(home, "first");
    const auto second = make_certificate(home, "second");
    auto options = with(files);
    options.reload_on_hangup = true;
    RunningHttpServer running(options);
    // One connection that lives through the reload: a stream of events.
    const auto account = core::VaultId::random(running.random);
    const std::string heard = home.file("heard");
    const Started listener("(printf 'GET /events/" + account.text() +
                           " HTTP/1.1\\r\\nHost: vault.example\\r\\n\\r\\n';"
                           " sleep 8) | openssl s_client -quiet -connect " +
                           running.where() + " >" + heard);
    REQUIRE(running.reaches("sparekey_event_streams", 1));
    CHECK(shows(s_client(running.where(), "-tls1_3"), "first"));
    REQUIRE(run_shell("cp '" + second.certificate + "' '" + files.certificate + "' && cp '" +
                      second.key + "' '" + files.key + "'")
                .status == 0);
    ::kill(::getpid(), SIGHUP);
    CHECK(running.reaches("reloads", 1));
    CHECK(shows(s_client(running.where(), "-tls1_3"), "second"));
    running.server.publish(account, "event: head\ndata: 2\n\n");
    for (int i = 0; i < 500 && !has(read_text(heard), "data: 2"); ++i) ::usleep(10000);
    CHECK(has(read_text(heard), "data: 2"));
}
