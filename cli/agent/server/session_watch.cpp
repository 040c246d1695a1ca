#include "cli/agent/server/session_watch.h"

#include "cli/agent/process.h"
#include "cli/agent/server/stream.h"
#include "cli/libexec.h"
#include "core/base/error.h"
#include "core/base/mutant.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace sparekey::cli::agent {
namespace {

namespace asio = boost::asio;
constexpr const char* kProgram = "sparekey-logind";
constexpr const char* kAddress = "DBUS_SYSTEM_BUS_ADDRESS";
constexpr std::string_view kLock = "lock\n";
constexpr std::string_view kHeard = "heard\n";
constexpr std::string_view kGone = "gone\n";
constexpr std::string_view kDone = "done\n";
constexpr std::size_t kLongestLine = 64;

}  // namespace

SessionWatch::SessionWatch(asio::io_context& io, std::function<void()> lock)
    : io_(io), lock_(std::move(lock)), channel_(io) {}

SessionWatch::~SessionWatch() {
    end();
}

void SessionWatch::start() {
    if (process_ > 0) return;
    const std::string path = helper_path(kProgram);
    if (::access(path.c_str(), X_OK) != 0) return;
    std::vector<std::string> environment;
    if (const char* address = std::getenv(kAddress)) {
        environment.push_back(std::string(kAddress) + "=" + address);
    }
    try {
        Child child = start_helper(path, kProgram, environment);
        process_ = child.process;
        channel_.assign(asio::local::stream_protocol(), child.channel.release());
    } catch (const core::SystemFailure&) {
        return;
    }
    asio::co_spawn(io_, listen(), asio::detached);
}

asio::awaitable<void> SessionWatch::listen() {
    std::string text;
    auto buffer = asio::dynamic_buffer(text, kLongestLine);
    for (;;) {
        const auto [failure, size] =
            co_await asio::async_read_until(channel_, buffer, '\n', kResult);
        if (failure) break;
        const std::string line = text.substr(0, size);
        buffer.consume(size);
        if (line == kHeard || line == kGone) {
            hears_ = line == kHeard;
            continue;
        }
        if (line != kLock) break;
        if (!SPAREKEY_LEFT_OUT("sleep-lock")) lock_();
        const asio::const_buffer answer(kDone.data(), kDone.size());
        const auto [refused, sent] = co_await asio::async_write(channel_, answer, kResult);
        if (refused) break;
    }
    end();
}

/// By force: it has nothing to put in order, and what it holds up goes on when it is gone.
void SessionWatch::end() {
    hears_ = false;
    boost::system::error_code ignored;
    channel_.close(ignored);
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
}

}  // namespace sparekey::cli::agent
