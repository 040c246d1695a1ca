#include "cli/agent/server/bulk.h"

#include "cli/access/local_access.h"
#include "cli/agent/process.h"
#include "cli/agent/server/answers.h"
#include "cli/agent/socket.h"
#include "cli/session.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

namespace sparekey::cli::agent {
namespace {

using Clock = std::chrono::steady_clock;

core::Result<core::SecretBytes> read_content(const storage::File& content) {
    struct stat status {};
    if (::fstat(content.descriptor(), &status) != 0 || !S_ISREG(status.st_mode) ||
        static_cast<std::uint64_t>(status.st_size) > kLargestImport) {
        return core::unexpected(core::ErrorCode::usage, "what is to be imported is not a file");
    }
    core::SecretBytes bytes(static_cast<std::size_t>(status.st_size));
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::pread(content.descriptor(), bytes.expose_mutable().data() + filled,
                                    bytes.size() - filled, static_cast<off_t>(filled));
        if (got <= 0) throw core::SystemFailure("cannot read the export");
        filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

core::Result<ImportReport> import(const BulkOrder& order, const storage::File& content,
                                  const ImportProgress& progress,
                                  std::vector<std::string>& warnings) try {
    SPAREKEY_TRY(core::SecretBytes bytes, read_content(content));
    if (order.key.size() != core::VaultKey::kSize) {
        return core::unexpected(core::ErrorCode::failed, "the order has no key");
    }
    const auto key = core::VaultKey::from_bytes(order.key.expose().first<core::VaultKey::kSize>());
    storage::OpenOptions options;
    options.command = "sparekey import";
    options.is_bulk = true;
    SystemClock clock;
    core::SystemRandom random;
    SPAREKEY_TRY(const auto folder,
                 storage::OpenedFolder::open({order.vault, order.state}, key, options, random));
    if (!order.import.dry_run) SPAREKEY_CHECK(folder->begin_draft(bytes.size()));
    core::Vault vault(folder->key_slots().vault, folder->device(), folder->keyring(),
                      folder->store(), clock, random);
    vault.keep_history(order.history_kept);
    LocalAccess access(vault, *folder, std::make_shared<core::AccountTree>(),
                       [&](const std::string& warning) { warnings.push_back(warning); });
    auto report =
        access.import(order.import.format, std::move(bytes), order.import.dry_run, progress);
    for (const std::string& warning : folder->warnings()) warnings.push_back(warning);
    return report;
} catch (...) {
    return core::unexpected(error_of_current_exception());
}

}  // namespace

storage::File start_bulk(const BulkOrder& order, const storage::File& content) {
    Child child = start_process({"sparekey-agent", "--bulk"}, SOCK_STREAM);
    Socket channel(std::move(child.channel));
    if (!channel.send(encode(order).expose(), content.descriptor())) {
        throw core::SystemFailure("the importing process went away");
    }
    return channel.release();
}

int run_bulk(storage::File end) {
    Socket channel(std::move(end));
    storage::File content;
    const auto bytes = channel.receive(kLongestHello, std::chrono::seconds(5), &content);
    if (!bytes) return 1;
    const auto order = decode_bulk_order(bytes->expose());
    if (!order) return 1;
    Clock::time_point last{};
    const auto progress = [&](std::size_t done, std::size_t total) {
        if (Clock::now() - last < std::chrono::milliseconds(100)) return;
        last = Clock::now();
        [[maybe_unused]] const auto told = channel.send(encode(Progress{done, total}).expose());
    };
    std::vector<std::string> warnings;
    const auto report = import(*order, content, progress, warnings);
    return channel.send(encode_answer(report, warnings).expose()) ? 0 : 1;
}

}  // namespace sparekey::cli::agent
