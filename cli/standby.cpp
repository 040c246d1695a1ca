#include "cli/standby.h"

#include "cli/agent/detached.h"
#include "cli/agent/message_codec.h"
#include "cli/agent/runtime_folder.h"
#include "cli/agent/socket.h"
#include "cli/libexec.h"

#include <strings.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sparekey::cli {
namespace {

constexpr const char* kProgram = "sparekey-online";
/// One that is busy is not waited for.
constexpr std::chrono::milliseconds kPatience{200};

std::vector<std::string> environment_of_this_process() {
    std::vector<std::string> all;
    for (char** one = ::environ; *one != nullptr; ++one) all.emplace_back(*one);
    return all;
}

/// It has no terminal to ask a person on, nor anybody's standard input.
bool is_for_standby(const ParsedLine& line) {
    return line.command->name == "sync" && !line.arguments.has("--watch") &&
           !line.arguments.has("--reseed") && !line.globals.no_agent;
}

std::optional<agent::Socket> connect(const std::string& vault) {
    const agent::RuntimeFolder folder = agent::runtime_folder();
    const std::string place = folder.standby_socket(vault);
    const auto there = agent::has_socket(folder, place);
    if (!there || !*there) return std::nullopt;
    auto file = agent::connect_to(place, kPatience);
    if (!file || !file->is_open() || !agent::peer_is_us(file->descriptor())) return std::nullopt;
    return agent::Socket(*std::move(file));
}

bool order(agent::Socket& standby, const std::vector<std::string>& arguments) {
    const agent::StandbyOrder order{SPAREKEY_VERSION, arguments, environment_of_this_process(),
                                    network_of_this_process()};
    const core::SecretBytes frame = agent::encode(order);
    if (frame.size() > agent::kLongestStandbyOrder) return false;
    if (!standby.send(frame.expose())) return false;
    const auto taken = standby.receive(agent::kLongestHello, kPatience);
    return taken && agent::decode_progress(taken->expose());
}

template <class Print>
void each_line(std::string_view text, Print print) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        print(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

/// As the sync itself would: to a terminal line by line, so that no title steers it.
void print(Output& out, const agent::StandbyAnswer& answer) {
    if (out.json()) {
        out.raw(std::string_view(answer.output));
    } else {
        each_line(answer.output, [&](std::string_view line) { out.line(line); });
    }
    each_line(answer.errors, [&](std::string_view line) { out.warn(line); });
}

}  // namespace

std::vector<std::string> network_of_this_process() {
    constexpr std::array kBeginnings = {
        "http_proxy=",    "https_proxy=", "all_proxy=",   "no_proxy=",   "ssl_",
        "sslkeylogfile=", "curl_",        "openssl_",     "ld_",         "torsocks_",
        "proxychains_",   "localdomain=", "res_options=", "hostaliases="};
    std::vector<std::string> found;
    for (std::string& variable : environment_of_this_process()) {
        const auto begins = [&](const char* beginning) {
            return ::strncasecmp(variable.c_str(), beginning, std::strlen(beginning)) == 0;
        };
        if (std::any_of(kBeginnings.begin(), kBeginnings.end(), begins)) {
            found.push_back(std::move(variable));
        }
    }
    for (const char* const space : {"/proc/self/ns/net", "/proc/self/ns/mnt"}) {
        std::array<char, 64> name;
        const ssize_t size = ::readlink(space, name.data(), name.size());
        if (size > 0) found.emplace_back(name.data(), static_cast<std::size_t>(size));
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::optional<core::Result<void>> ask_standby(const ParsedLine& line,
                                              const std::vector<std::string>& arguments) {
    if (!is_for_standby(line)) return std::nullopt;
    auto paths = paths_from_environment();
    if (!paths) return std::nullopt;
    Session session(line.globals, *std::move(paths));
    if (session.credential_is_named()) return std::nullopt;
    auto standby = connect(session.greeting(agent::Wish::ask).vault);
    if (!standby || !order(*standby, arguments)) return std::nullopt;
    const auto frame = standby->receive(agent::kLongestAnswer);
    if (!frame) return std::nullopt;  // it ended, with the lock say: the command finds out
    auto answer = agent::decode_standby_answer(frame->expose());
    if (!answer) return std::nullopt;
    print(session.out(), *answer);
    if (answer->error) return core::Result<void>(core::unexpected(*std::move(answer->error)));
    return core::Result<void>();
}

void start_standby(const std::string& vault_name) {
    // What was started to be slow is not to be so for others.
    if (::getpriority(PRIO_PROCESS, 0) > 0) return;
    agent::start_detached(helper_path(kProgram), {kProgram, "standby", "--vault", vault_name});
}

}  // namespace sparekey::cli
