#include "sync/server/http/listening.h"

#include "sync/server/http/notify.h"
#include "tests/support/program.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/http/running_server.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

using namespace sparekey;
using namespace sparekey::sync;
using namespace sparekey::tests;

TEST_CASE("an address to listen at is read strictly", "[sync][listen]") {
    for (const auto* wrong : {"", "8443", "localhost:8443", "127.0.0.1", "127.0.0.1:65536",
                              "127.0.0.1:x", "::1:80", "[::1]", "unix:relative", "unix:"}) {
        INFO(wrong);
        const auto opened = open_listener(wrong);
        REQUIRE(!opened.has_value());
        CHECK(opened.error().code == core::ErrorCode::usage);
    }
    auto six = open_listener("[::1]:0");
    if (six) CHECK(listening_at(six->number()).starts_with("[::1]:"));
    auto four = open_listener("127.0.0.1:0");
    REQUIRE(four.has_value());
    const auto taken = open_listener(listening_at(four->number()));
    REQUIRE(!taken.has_value());
    CHECK(taken.error().code == core::ErrorCode::failed);
}

TEST_CASE("a Unix socket is for its owner and group, and replaces only an abandoned one",
          "[sync][listen]") {
    const Home home;
    const std::string path = home.file("http");
    ServerOptions options;
    options.where = "unix:" + path;
    {
        RunningHttpServer running(options);
        CHECK(running.where() == options.where);
        struct stat found {};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0660);
        CHECK(RawClient(options.where).ask(get("/address"))->body == "unix");
        CHECK(!open_listener(options.where).has_value());
        CHECK(RawClient(options.where).ask(get("/quick"))->status == 200);
    }
    struct stat left {};
    CHECK(::lstat(path.c_str(), &left) != 0);
    {
        const auto abandoned = open_listener(options.where);
        REQUIRE(abandoned.has_value());
    }
    REQUIRE(::lstat(path.c_str(), &left) == 0);  // as after a kill
    {
        RunningHttpServer again(options);
        CHECK(RawClient(options.where).ask(get("/quick"))->status == 200);
        // Another one's, in the meantime, is left alone.
        REQUIRE(::unlink(path.c_str()) == 0);
        write_text(path, "another's");
    }
    CHECK(read_text(path) == "another's");
    REQUIRE(::unlink(path.c_str()) == 0);
    const std::string file = home.file("file");
    write_text(file, "kept");
    CHECK(!open_listener("unix:" + file).has_value());
    CHECK(read_text(file) == "kept");
}

TEST_CASE("a socket that systemd hands over is served", "[sync][listen]") {
    const pid_t child = ::fork();
    if (child == 0) {
        auto opened = open_listener("127.0.0.1:0");
        const std::string where = opened ? listening_at(opened->number()) : "";
        if (opened->number() != 3) ::dup2(opened->number(), 3);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", "1", 1);
        ::setenv("LISTEN_FDNAMES", "api", 1);
        auto taken = activated_sockets();
        const bool right = taken.size() == 1 && taken[0].name == "api" &&
                           listening_at(taken[0].socket.number()) == where &&
                           (::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0 &&
                           ::getenv("LISTEN_FDS") == nullptr && activated_sockets().empty();
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}

TEST_CASE("a socket meant for another process is left alone", "[sync][listen]") {
    ::setenv("LISTEN_PID", "1", 1);
    ::setenv("LISTEN_FDS", "1", 1);
    CHECK(activated_sockets().empty());
    CHECK(::getenv("LISTEN_FDS") == nullptr);
}

TEST_CASE("the service manager is told", "[sync][listen]") {
    CHECK(!notify_service_manager("READY=1"));
    const Home home;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    home.file("notify").copy(address.sun_path, sizeof address.sun_path - 1);
    const Descriptor manager(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(manager.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);
    ::setenv("NOTIFY_SOCKET", home.file("notify").c_str(), 1);
    CHECK(notify_service_manager("READY=1"));
    ::unsetenv("NOTIFY_SOCKET");
    std::string told(100, '\0');
    const ssize_t size = ::recv(manager.number(), told.data(), told.size(), MSG_DONTWAIT);
    CHECK(told.substr(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0))) == "READY=1");
}
