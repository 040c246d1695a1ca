// sparekey-scan: holds a vault's secrets while it looks for them in files and in git's objects, and
// says where they are, never what they are.
//
// It is told by its stdin, a socket (cli/scan/messages.h), so nothing is in its arguments or its
// environment. It can be neither traced nor dumped, its memory with secrets is locked as far as the
// limit allows, and all of it goes with the process. What it reads is hostile: that is why no key
// of the vault is here.
#include "cli/agent/socket.h"
#include "cli/process.h"
#include "cli/scan/message_codec.h"
#include "cli/scan/program/hook.h"
#include "cli/scan/program/hyperscan_matcher.h"
#include "cli/scan/program/locked_memory.h"
#include "cli/scan/program/repository.h"
#include "cli/scan/program/scan.h"
#include "core/base/mutant.h"
#include "core/crypto/system_random.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <new>
#include <optional>

namespace sparekey::cli::scan {
namespace {

core::Result<SecretSet> receive_secrets(agent::Socket& channel) {
    SecretSet secrets;
    for (;;) {
        SPAREKEY_TRY(const core::SecretBytes bytes, channel.receive(kLongestMessage));
        SPAREKEY_TRY(const ScanSecrets page, decode_secrets(bytes.expose()));
        if (page.empty()) return secrets;
        for (const ScanSecret& secret : page) secrets.add(secret);
    }
}

core::Result<ScanReport> look(agent::Socket& channel, const ScanOrder& order) {
    std::optional<EverythingLocked> locked(std::in_place);
    const bool all_locked = locked->holds();
    SPAREKEY_TRY(const SecretSet secrets, receive_secrets(channel));
    SPAREKEY_TRY(const Patterns patterns, Patterns::compile(secrets));
    locked.reset();
    SPAREKEY_TRY(ScanReport report, scan_places(order, secrets, patterns));
    report.secrets = secrets.secrets();
    report.too_common = secrets.too_common();
    report.unlocked = all_locked ? 0 : unlocked_bytes();
    return report;
}

core::Result<ScanReport> answer(agent::Socket& channel) try {
    SPAREKEY_TRY(const core::SecretBytes bytes, channel.receive(kLongestMessage));
    SPAREKEY_TRY(const ScanOrder order, decode_order(bytes.expose()));
    if (order.places.empty()) {
        return core::unexpected(core::ErrorCode::usage, "there is no place to look at");
    }
    const GitLibrary git;
    if (order.hook_command.empty()) return look(channel, order);
    ScanReport report;
    SPAREKEY_TRY(report.hook, install_hook(order.places.front().path, order.hook_command));
    return report;
} catch (const core::SystemFailure& failure) {
    return core::unexpected(core::ErrorCode::failed, failure.what());
} catch (const std::bad_alloc&) {
    return core::unexpected(core::ErrorCode::failed, "there is not enough memory");
}

int run() {
    harden_process();
    if (SPAREKEY_LEFT_OUT("scan-dumpable")) ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    core::start_crypto();
    agent::Socket channel{storage::File(::dup(STDIN_FILENO))};
    const auto result = answer(channel);
    return channel.send(encode(result).expose()) ? 0 : 1;
}

}  // namespace
}  // namespace sparekey::cli::scan

int main() try { return sparekey::cli::scan::run(); } catch (const std::exception&) {
    return 1;
}
