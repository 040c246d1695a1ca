#include "cli/online/standby.h"

#include "cli/agent/claim.h"
#include "cli/agent/socket_path.h"
#include "cli/online/commands.h"
#include "cli/standby.h"
#include "core/base/mutant.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sparekey::cli::online {
namespace {

using core::Result;
using std::chrono::steady_clock;
using storage::File;

constexpr std::chrono::minutes kLongestWait{10};
constexpr std::chrono::hours kLongestLife{1};  // then the libraries may be newer ones
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

/// Not open if nobody came for long enough, or the agent has gone.
File next_caller(const File& listener, const agent::Connection& agent,
                 steady_clock::time_point until) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
    const milliseconds wait = std::clamp<milliseconds>(left, milliseconds(0), kLongestWait);
    pollfd waiting[] = {{listener.descriptor(), POLLIN, 0}, {agent.descriptor(), POLLIN, 0}};
    const int polled = ::poll(waiting, 2, static_cast<int>(wait.count()));
    if (polled <= 0 || waiting[1].revents != 0) return File();
    return File(::accept4(listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
}

/// A caller's environment, for as long as its order takes.
class Lent {
  public:
    explicit Lent(std::vector<std::string>& variables) : variables_(variables) {
        for (std::string& variable : variables_) pointers_.push_back(variable.data());
        pointers_.push_back(nullptr);
        ::environ = pointers_.data();
    }
    ~Lent() {
        static char* none[] = {nullptr};
        ::environ = none;
        for (std::string& variable : variables_) {
            core::wipe({reinterpret_cast<std::uint8_t*>(variable.data()), variable.size()});
        }
    }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;

  private:
    std::vector<std::string>& variables_;
    std::vector<char*> pointers_;
};

/// What is printed to one of the standard streams while this lives.
class Printed {
  public:
    explicit Printed(int stream) : stream_(stream), text_(::memfd_create("printed", MFD_CLOEXEC)) {
        if (!text_.is_open() || ::dup2(text_.descriptor(), stream_) < 0) {
            throw core::SystemFailure("nothing can be printed");
        }
    }
    ~Printed() { ::dup2(STDIN_FILENO, stream_); }  // /dev/null
    Printed(const Printed&) = delete;
    Printed& operator=(const Printed&) = delete;

    std::string text() const {
        std::string all;
        std::array<char, 4096> block;
        for (;;) {
            const ssize_t got = ::pread(text_.descriptor(), block.data(), block.size(),
                                        static_cast<off_t>(all.size()));
            if (got <= 0) return all;
            all.append(block.data(), static_cast<std::size_t>(got));
        }
    }

  private:
    int stream_;
    File text_;
};

Result<void> run_line(ParsedLine line, const std::vector<std::string>&) {
    if (line.command->name != "sync") {
        return core::unexpected(core::ErrorCode::usage, "who stands by syncs, and nothing else");
    }
    return run_command(std::move(line), sync_standing_by);
}

/// What the caller is to print; nothing if it has to find out for itself what is wrong, in its own
/// way: a person may have to be asked, and a connection may be dead here alone.
std::optional<agent::StandbyAnswer> carry_out(agent::StandbyOrder& order) {
    const Lent environment(order.environment);
    const Printed output(STDOUT_FILENO);
    const Printed errors(STDERR_FILENO);
    auto done = run_guarded(order.arguments, run_line);
    if (done) return agent::StandbyAnswer{output.text(), errors.text(), {}};
    const core::ErrorCode code = done.error().code;
    const bool is_said = code == core::ErrorCode::conflict || code == core::ErrorCode::integrity;
    if (!is_said) return std::nullopt;
    return agent::StandbyAnswer{output.text(), errors.text(), std::move(done).error()};
}

/// False if this process is not the one that its callers want any more.
bool serve(agent::Socket caller, const std::vector<std::string>& network) {
    const auto frame = caller.receive(agent::kLongestStandbyOrder, kOrderPatience);
    if (!frame) return true;
    auto order = agent::decode_standby_order(frame->expose());
    if (!order) return true;
    const bool is_same_network = order->network == network || SPAREKEY_LEFT_OUT("standby-network");
    if (order->version != SPAREKEY_VERSION || !is_same_network) return false;
    if (!caller.send(agent::encode(agent::Progress{}).expose())) return true;
    // As the command would end with a caller who does not want it any more.
    if (!agent::end_when_gone(caller.descriptor())) return true;
    const auto answer = carry_out(*order);
    agent::end_no_more(caller.descriptor());
    if (!answer) return true;
    [[maybe_unused]] const auto told = caller.send(agent::encode(*answer).expose());
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
    const std::vector<std::string> network = network_of_this_process();
    const auto until = steady_clock::now() + kLongestLife;
    for (;;) {
        File caller = next_caller(listener, *agent, until);
        if (!caller.is_open()) break;
        if (!agent::peer_is_us(caller.descriptor())) continue;
        if (!serve(agent::Socket(std::move(caller)), network)) break;
    }
    ::unlink(place.c_str());
    return {};
}

}  // namespace sparekey::cli::online
