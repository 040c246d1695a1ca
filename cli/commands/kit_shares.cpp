#include "cli/commands/kit_shares.h"

#include "cli/share_page.h"
#include "core/text/number.h"
#include "core/vault/kit_share.h"
#include "core/vault/paper_code.h"

namespace sparekey::cli {
namespace {

constexpr std::size_t kMostShares = 64 * 1024;

core::Result<std::uint8_t> count_of(const Arguments& arguments, std::string_view option) {
    const std::string text = arguments.value(option).value_or("");
    const auto value = core::whole_number<unsigned>(text);
    if (!value || *value < 1 || *value > core::kMostShares) {
        return core::unexpected(core::ErrorCode::usage,
                                "kit split wants " + std::string(option) + ", a number up to 255",
                                "sparekey kit split --shares 5 --threshold 3");
    }
    return static_cast<std::uint8_t>(*value);
}

void print(Session& session, const std::vector<core::KitShare>& shares) {
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().key("shares").begin_array();
        for (const core::KitShare& share : shares) json.text(core::kit_share_text(share).expose());
        json.end_array()
            .field("threshold", shares.front().threshold)
            .field("set", core::kit_set_name(shares.front()))
            .end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
        return;
    }
    for (const core::KitShare& share : shares) {
        session.out().line(core::kit_share_text(share).expose());
    }
}

void explain(Session& session, const std::vector<core::KitShare>& shares) {
    session.out().note("any " + std::to_string(shares.front().threshold) + " of these " +
                       std::to_string(shares.size()) +
                       " shares give the recovery code, fewer say nothing; a share to a person, "
                       "on paper (set " +
                       core::kit_set_name(shares.front()) + ")");
}

/// A share as it was typed: what is wrong with it is said at once, and it is asked for again.
core::Result<void> ask_for_share(Session& session, core::KitShares& shares) {
    const std::string number = std::to_string(shares.size() + 1);
    std::string prompt = "Share " + number;
    if (shares.size() > 0) {
        prompt += " of " + std::to_string(shares.size() + shares.missing());
    }
    std::string complaint;
    for (int tries = 0;; ++tries) {
        SPAREKEY_TRY(const core::SecretText typed,
                     session.terminal().ask_secret(prompt + ": ", complaint));
        auto share = core::parse_kit_share(typed.expose());
        core::Result<void> added;
        if (share) {
            added = shares.add(std::move(*share), "share " + number + " that you typed");
        } else {
            added = core::unexpected(std::move(share).error());
        }
        if (added || tries + 1 == kTries) return added;
        complaint = added.error().message + "; try again.";
    }
}

core::Result<void> ask_for_shares(Session& session, core::KitShares& shares) {
    if (!session.terminal().present()) {
        return core::unexpected(core::ErrorCode::locked,
                                "there is no terminal to ask for the shares on",
                                "give them as lines of standard input with --stdin");
    }
    while (shares.missing() > 0) SPAREKEY_CHECK(ask_for_share(session, shares));
    return {};
}

core::Result<void> read_shares(Session& session, core::KitShares& shares) {
    // As for every command that reads more of it; here no vault wants that line.
    if (session.options().password_file == "-") SPAREKEY_CHECK(session.input().line());
    SPAREKEY_TRY(const core::SecretText input, session.input().rest(kMostShares));
    std::string_view left = input.expose();
    for (std::size_t number = 1; !left.empty(); ++number) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const std::string name = "line " + std::to_string(number);
        auto share = core::parse_kit_share(line);
        if (!share) {
            core::Error error = std::move(share).error();
            error.message.insert(0, name + ": ");
            return core::unexpected(std::move(error));
        }
        SPAREKEY_CHECK(shares.add(std::move(*share), name));
    }
    return {};
}

}  // namespace

core::Result<Splitting> splitting(const Arguments& arguments) {
    SPAREKEY_TRY(const std::uint8_t count, count_of(arguments, "--shares"));
    SPAREKEY_TRY(const std::uint8_t threshold, count_of(arguments, "--threshold"));
    SPAREKEY_CHECK(core::check_split(threshold, count));
    return Splitting{threshold, count};
}

core::Result<void> split_kit(Session& session, const Splitting& splitting,
                             const storage::OpenedFolder& folder,
                             const std::optional<std::string>& path) {
    const core::VaultId& vault = folder.key_slots().vault;
    const std::vector<core::KitShare> shares =
        core::split_recovery_code(core::vault_hint(vault), folder.keyring().recovery_code.expose(),
                                  splitting.threshold, splitting.count, session.random());
    if (path) {
        SPAREKEY_CHECK(write_share_page(
            {session.options().vault_name, vault, session.clock().now_ms()}, shares, *path));
        session.out().note("the shares are in " + *path +
                           ", a sheet each: print it, then delete the file");
    }
    if (!path || session.out().json()) print(session, shares);
    explain(session, shares);
    return {};
}

core::Result<void> combine_kit(Session& session, const Arguments& arguments) {
    core::KitShares shares;
    SPAREKEY_CHECK(arguments.has("--stdin") ? read_shares(session, shares)
                                            : ask_for_shares(session, shares));
    SPAREKEY_TRY(const core::SecretText code, shares.combine());
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("recovery_code", code.expose()).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().line(code.expose());
    }
    return {};
}

}  // namespace sparekey::cli
