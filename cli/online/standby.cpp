#include "cli/online/standby.h"

#include "cli/agent/claim.h"
#include "cli/agent/socket_path.h"
#include "cli/online/commands.h"
#include "core/base/mutant.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sparekey::cli::online {
namespace {

using core::Result;
using storage::File;
using Environment = std::vector<std::string>;

constexpr std::chrono::minutes kLongestWait{10};
constexpr std::chrono::milliseconds kOrderPatience{1000};
constexpr int kBacklog = 8;

/// In place of one that was killed; the lock that is held says that nobody listens there.
Result<File> listen_at(const agent::RuntimeFolder& folder, const std::string& path) {
    SPAREKEY_TRY(const bool left_behind, agent::has_socket(folder, path));
    if (left_behind) ::unlink(path.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const agent::SocketPath place(path);
    File listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const bool fits = place.text().size() < sizeof address.sun_path;
    if (fits) std::memcpy(address.sun_path, place.text().c_str(), place.text().size() + 1);
    if (!fits || !listener.is_open() ||
        ::bind(listener.descriptor(), reinterpret_cast<const sockaddr*>(&address),
               sizeof address) != 0 ||
        ::listen(listener.descriptor(), kBacklog) != 0) {
        return core::unexpected(core::ErrorCode::failed, "cannot listen at " + path);
    }
    return listener;
}

/// Not open if nobody came for long enough.
File next_caller(const File& listener) {
    using std::chrono::milliseconds;
    pollfd waiting{listener.descriptor(), POLLIN, 0};
    const int polled = ::poll(&waiting, 1, static_cast<int>(milliseconds(kLongestWait).count()));
    if (polled <= 0) return File();
    return File(::accept4(listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
}

/// What the network's libraries go by, sorted.
Environment of_the_network(const Environment& environment) {
    constexpr std::array kBeginnings = {
        "http_proxy=",  "https_proxy=",   "all_proxy=",  "no_proxy=",
        "ssl_",         "sslkeylogfile=", "curl_",       "openssl_",
        "localdomain=", "res_options=",   "hostaliases="};
    Environment found;
    for (const std::string& variable : environment) {
        const auto begins = [&](const char* beginning) {
            return ::strncasecmp(variable.c_str(), beginning, std::strlen(beginning)) == 0;
        };
        if (std::any_of(kBeginnings.begin(), kBeginnings.end(), begins)) found.push_back(variable);
    }
    std::sort(found.begin(), found.end());
    return found;
}

Environment present_environment() {
    Environment all;
    for (char** one = ::environ; *one != nullptr; ++one) all.emplace_back(*one);
    return all;
}

void set_environment(const Environment& environment) {
    ::clearenv();
    for (const std::string& variable : environment) {
        const auto sign = variable.find('=');
        if (sign == std::string::npos || sign == 0) continue;
        ::setenv(variable.substr(0, sign).c_str(), variable.c_str() + sign + 1, 1);
    }
}

Result<void> run_line(ParsedLine line, const std::vector<std::string>&) {
    if (line.command->name != "sync") {
        return core::unexpected(core::ErrorCode::usage, "who stands by syncs, and nothing else");
    }
    return run_command(std::move(line), sync_standing_by);
}

/// Its standard streams for one order; nothing of the caller's stays open afterwards.
class Lent {
  public:
    Lent(const File& output, const File& errors) {
        ::dup2(output.descriptor(), STDOUT_FILENO);
        ::dup2(errors.descriptor(), STDERR_FILENO);
    }
    ~Lent() {
        ::dup2(STDIN_FILENO, STDOUT_FILENO);  // /dev/null
        ::dup2(STDIN_FILENO, STDERR_FILENO);
    }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
};

bool receive_stream(agent::Socket& caller, File& stream) {
    return caller.receive(agent::kLongestHello, kOrderPatience, &stream) && stream.is_open();
}

/// False if this process is not the one that its callers want any more.
bool serve(agent::Socket caller, const Environment& network) {
    const auto frame = caller.receive(agent::kLongestStandbyOrder, kOrderPatience);
    if (!frame) return true;
    const auto order = agent::decode_standby_order(frame->expose());
    if (!order) return true;
    const bool is_same_network =
        of_the_network(order->environment) == network || SPAREKEY_LEFT_OUT("standby-network");
    if (order->version != SPAREKEY_VERSION || !is_same_network) return false;
    if (!caller.send(agent::encode(agent::Progress{}).expose())) return true;
    File output, errors;
    if (!receive_stream(caller, output) || !receive_stream(caller, errors)) return true;
    // As the command would end with a caller who does not want it any more.
    if (!agent::end_when_gone(caller.descriptor())) return true;
    set_environment(order->environment);
    const Result<void> done = [&] {
        const Lent streams(output, errors);
        return run_guarded(order->arguments, run_line);
    }();
    agent::end_no_more(caller.descriptor());
    const auto answer = done ? Result<agent::Nothing>(agent::Nothing())
                             : Result<agent::Nothing>(core::unexpected(done.error()));
    [[maybe_unused]] const auto told = caller.send(agent::encode_answer(answer, {}).expose());
    return true;
}

}  // namespace

Result<std::optional<agent::Connection>> end_with_agent(const Session& session) {
    SPAREKEY_TRY(auto connection, agent::Connection::open(agent::runtime_folder(),
                                                          session.greeting(agent::Wish::ask)));
    const bool is_open = connection && connection->state() == agent::VaultState::open;
    if (!is_open || !agent::end_when_gone(connection->descriptor())) connection.reset();
    return connection;
}

Result<void> standby(Session& session, const Arguments&) {
    SPAREKEY_TRY(const auto agent, end_with_agent(session));
    if (!agent) return {};
    const agent::RuntimeFolder folder = agent::runtime_folder();
    const std::string vault = session.greeting(agent::Wish::ask).vault;
    SPAREKEY_TRY(const auto turn, agent::claim(folder.standby_lock(vault), {}));
    if (!turn) return {};
    const std::string place = folder.standby_socket(vault);
    SPAREKEY_TRY(const File listener, listen_at(folder, place));
    const Environment network = of_the_network(present_environment());
    for (;;) {
        File caller = next_caller(listener);
        if (!caller.is_open()) break;
        if (!agent::peer_is_us(caller.descriptor())) continue;
        if (!serve(agent::Socket(std::move(caller)), network)) break;
    }
    ::unlink(place.c_str());
    return {};
}

}  // namespace sparekey::cli::online
