#include "cli/standby.h"

#include "cli/agent/detached.h"
#include "cli/agent/message_codec.h"
#include "cli/agent/runtime_folder.h"
#include "cli/agent/socket.h"
#include "cli/libexec.h"

#include <unistd.h>

namespace sparekey::cli {
namespace {

constexpr const char* kProgram = "sparekey-online";
/// One that is busy is not waited for.
constexpr std::chrono::milliseconds kPatience{200};

/// It has no terminal to ask a person on, nor anybody's standard input.
bool is_for_standby(const ParsedLine& line) {
    const GlobalOptions& options = line.globals;
    return line.command->name == "sync" && !line.arguments.has("--watch") &&
           !line.arguments.has("--reseed") && !options.no_agent && !options.password_file &&
           !options.key_file && !options.recovery_file;
}

std::optional<agent::Socket> connect(const std::string& vault) {
    const agent::RuntimeFolder folder = agent::runtime_folder();
    const std::string place = folder.standby_socket(vault);
    const auto there = agent::has_socket(folder, place);
    if (!there || !*there) return std::nullopt;
    auto file = agent::connect_to(place);
    if (!file || !file->is_open() || !agent::peer_is_us(file->descriptor())) return std::nullopt;
    return agent::Socket(*std::move(file));
}

bool order(agent::Socket& standby, const std::vector<std::string>& arguments) {
    agent::StandbyOrder order{SPAREKEY_VERSION, arguments, {}};
    for (char** one = ::environ; *one != nullptr; ++one) order.environment.emplace_back(*one);
    const core::SecretBytes frame = agent::encode(order);
    if (frame.size() > agent::kLongestStandbyOrder) return false;
    if (!standby.send(frame.expose())) return false;
    const auto taken = standby.receive(agent::kLongestHello, kPatience);
    if (!taken || !agent::decode_progress(taken->expose())) return false;
    // Not before: whoever reads what comes out of these would wait for one that is busy, too.
    return standby.send({}, STDOUT_FILENO) && standby.send({}, STDERR_FILENO);
}

}  // namespace

std::optional<core::Result<void>> ask_standby(const ParsedLine& line,
                                              const std::vector<std::string>& arguments) {
    if (!is_for_standby(line)) return std::nullopt;
    auto paths = paths_from_environment();
    if (!paths) return std::nullopt;
    const Session session(line.globals, *std::move(paths));
    auto standby = connect(session.greeting(agent::Wish::ask).vault);
    if (!standby || !order(*standby, arguments)) return std::nullopt;
    const auto frame = standby->receive(agent::kLongestHello);
    if (!frame) return std::nullopt;  // it ended, with the lock say: the command finds out
    std::vector<std::string> warnings;
    const auto answer = agent::decode_answer<agent::Nothing>(frame->expose(), warnings);
    return answer ? core::Result<void>() : core::Result<void>(core::unexpected(answer.error()));
}

void start_standby(const std::string& vault_name) {
    agent::start_detached(helper_path(kProgram), {kProgram, "standby", "--vault", vault_name});
}

}  // namespace sparekey::cli
