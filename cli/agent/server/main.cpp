// The program `sparekey-agent`, in libexec: the agent's first process, and, started by it, its
// workers. People start it by `sparekey unlock` or `sparekey agent`.
//
//   sparekey-agent --serve FOLDER            the socket is FOLDER/agent.sock; 3 is closed when
//   ready sparekey-agent --worker VAULT STATE      connections come over descriptor 3
//   sparekey-agent --confirm                 one question to a person, by pinentry
//   sparekey-agent --bulk                    one import; the order comes over descriptor 3
#include "cli/agent/process.h"
#include "cli/agent/server/bulk.h"
#include "cli/agent/server/confirmation.h"
#include "cli/agent/server/supervisor.h"
#include "cli/agent/server/worker.h"
#include "cli/process.h"
#include "core/crypto/system_random.h"

#include <fcntl.h>

#include <cstdio>
#include <string>
#include <vector>

namespace sparekey::cli::agent {
namespace {

int run(const std::vector<std::string>& arguments) try {
    core::start_crypto();
    // A descriptor of ours, or none: never one that is there by chance.
    storage::File channel(::fcntl(kChannel, F_GETFD) < 0 ? -1 : kChannel);
    const auto is = [&](const char* mode, std::size_t count) {
        return arguments.size() == count && arguments[0] == mode;
    };
    if (is("--bulk", 1)) return run_bulk(std::move(channel));
    if (is("--confirm", 1)) return run_confirmation(std::move(channel));
    if (is("--worker", 3)) {
        return run_worker(std::move(channel), {arguments[1], arguments[2]});
    }
    if (is("--serve", 2)) {
        const auto served = run_supervisor({arguments[1]}, std::move(channel));
        if (served) return 0;
        std::fprintf(stderr, "sparekey: %s\n", served.error().message.c_str());
        return core::exit_code(served.error().code);
    }
    std::fprintf(stderr, "sparekey-agent is started by sparekey unlock, or sparekey agent\n");
    return 2;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "sparekey-agent: %s\n", failure.what());
    return 1;
}

}  // namespace
}  // namespace sparekey::cli::agent

int main(int argc, char** argv) {
    sparekey::cli::harden_process();
    return sparekey::cli::agent::run({argv + (argc > 0 ? 1 : 0), argv + argc});
}
