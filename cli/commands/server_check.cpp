#include "cli/commands/server_check.h"

#include "cli/libexec.h"
#include "cli/programs/child.h"
#include "core/text/number.h"

namespace sparekey::cli {
namespace {

constexpr const char* kReachability = "server reachability";
constexpr std::string_view kSpeaker = "sparekey: ";
constexpr std::size_t kMostOutput = 64;
constexpr std::chrono::seconds kPatience{15};
constexpr std::uint64_t kMostSkew_s = 300;

/// From a line such as "-3".
std::optional<Check> check_clocks(std::string_view line) {
    const bool behind = line.starts_with('-');
    if (behind) line.remove_prefix(1);
    if (line.ends_with('\n')) line.remove_suffix(1);
    const auto seconds = core::whole_number<std::uint64_t>(line);
    if (!seconds) return std::nullopt;
    if (*seconds <= kMostSkew_s) {
        return Check{"clock skew", true, "the server's clock and this one agree"};
    }
    return Check{"clock skew", false,
                 "this clock is " + std::to_string(*seconds) + " s " +
                     (behind ? "before" : "behind") + " the server's",
                 "set the one that is wrong; timedatectl set-ntp true keeps it right"};
}

}  // namespace

std::vector<Check> check_server(const std::optional<sync::Membership>& membership) {
    if (!membership) return {{kReachability, true, "this vault has no account at a server"}};
    const std::string& origin = membership->origin;
    if (membership->stage == core::AccountStage::left) {
        return {{kReachability, true, "the vault is logged out of " + origin}};
    }
    const auto ran =
        run_program({helper_path("sparekey-online"), "reach", origin}, {}, kMostOutput, kPatience);
    if (!ran || ran->status != 0) {
        std::string why = ran ? ran->complaint : ran.error().message;
        if (why.starts_with(kSpeaker)) why.erase(0, kSpeaker.size());
        return {{kReachability, false, origin + " is not reached: " + why,
                 "everything but a sync goes on without it; sparekey sync tries again"}};
    }
    std::vector<Check> checks = {{kReachability, true, origin + " answers"}};
    if (auto clocks = check_clocks(ran->output.expose())) checks.push_back(std::move(*clocks));
    return checks;
}

}  // namespace sparekey::cli
