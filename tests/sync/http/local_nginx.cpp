#include "tests/sync/http/local_nginx.h"

#include "sync/server/http/listening.h"
#include "tests/sync/http/raw_client.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace sparekey::tests {
namespace {

constexpr const char* kProgram = "/usr/sbin/nginx";

/// One that was free a moment ago.
std::string free_place() {
    const auto probe = sync::open_listener("127.0.0.1:0");
    return sync::listening_at(probe->number());
}

bool listens(const std::string& where) {
    try {
        RawClient client(where);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::string configuration(const Home& home, const std::string& where, const std::string& upstream) {
    std::string paths;
    for (const auto* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
        paths += std::string("  ") + kind + "_temp_path " + home.file(kind) + ";\n";
    }
    return "daemon off;\nmaster_process off;\npid " + home.file("nginx.pid") + ";\nerror_log " +
           home.file("error.log") + ";\nevents {}\nhttp {\n  access_log off;\n" + paths +
           "  upstream sparekey {\n    server " + upstream + ";\n    keepalive 4;\n  }\n" +
           "  server {\n    listen " + where + ";\n    server_name vault.example;\n" +
           "    location / {\n      proxy_pass http://sparekey;\n" +
           "      proxy_http_version 1.1;\n      proxy_set_header Connection \"\";\n" +
           "      proxy_set_header Host $host;\n" +
           "      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n    }\n  }\n}\n";
}

}  // namespace

LocalNginx::LocalNginx(const Home& home, const std::string& upstream) : where_(free_place()) {
    if (::access(kProgram, X_OK) != 0) {
        reason_ = "this machine has no nginx";
        return;
    }
    write_text(home.file("nginx.conf"), configuration(home, where_, upstream));
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
        ::execl(kProgram, kProgram, "-p", home.path().c_str(), "-c",
                home.file("nginx.conf").c_str(), nullptr);
        ::_exit(127);
    }
    for (int tries = 0; tries < 500 && !listens(where_); ++tries) ::usleep(10000);
    if (!listens(where_)) reason_ = "nginx does not start: " + read_text(home.file("error.log"));
}

LocalNginx::~LocalNginx() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
}

}  // namespace sparekey::tests
