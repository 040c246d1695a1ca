#include "cli/agent/server/confirmation.h"

#include "cli/agent/message_codec.h"
#include "cli/agent/process.h"
#include "cli/agent/socket.h"
#include "cli/terminal/pinentry.h"

#include <sys/socket.h>

#include <cstdlib>

namespace sparekey::cli::agent {
namespace {

constexpr std::chrono::milliseconds kOrderPatience{5000};
constexpr std::uint8_t kYes = 1;

/// Only what says where a person sits; never what would change how a program is loaded.
bool is_place(const std::string& variable) {
    for (const char* name : {"DISPLAY=", "WAYLAND_DISPLAY=", "XDG_RUNTIME_DIR=", "XAUTHORITY=",
                             "GPG_TTY=", "TERM=", "LANG=", "LC_ALL=", "HOME=", "PATH="}) {
        if (variable.starts_with(name)) return true;
    }
    return false;
}

bool ask(const HandOver& order) {
    if (order.prompt.empty()) return false;
    for (std::size_t i = 1; i < order.prompt.size(); ++i) {
        const std::string& variable = order.prompt[i];
        const auto equals = variable.find('=');
        if (is_place(variable)) {
            ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
        }
    }
    const auto agreed = Pinentry(order.prompt.front()).ask_yes(order.by);
    return agreed && *agreed;
}

}  // namespace

storage::File start_confirmation(const Confirmation& confirmation) {
    Child child = start_process({"sparekey-agent", "--confirm"}, SOCK_STREAM);
    Socket channel(std::move(child.channel));
    if (!channel.send(
            encode(HandOver{true, confirmation.question, confirmation.prompt}).expose())) {
        throw core::SystemFailure("the asking process went away");
    }
    return channel.release();
}

bool is_yes(core::ByteView frame) {
    return frame.size() == 1 && frame.front() == kYes;
}

int run_confirmation(storage::File end) {
    Socket channel(std::move(end));
    const auto bytes = channel.receive(kLongestHello, kOrderPatience);
    if (!bytes) return 1;
    const auto order = decode_hand_over(bytes->expose());
    if (!order) return 1;
    const std::uint8_t answer = ask(*order) ? kYes : 0;
    return channel.send({&answer, 1}) ? 0 : 1;
}

}  // namespace sparekey::cli::agent
