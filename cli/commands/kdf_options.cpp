#include "cli/commands/kdf_options.h"

#include "core/text/number.h"

#include <sys/sysinfo.h>

#include <charconv>
#include <chrono>

namespace sparekey::cli {
namespace {

core::Unexpected out_of_bounds() {
    return core::unexpected(core::ErrorCode::usage, "the key derivation cost is out of bounds",
                            "64MiB to 1GiB, 3 to 16 passes, at most 8GiB in their product");
}

/// "256MiB", "1GiB", "65536KiB"; MB and the like mean the same.
std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || value > (std::uint64_t{1} << 30)) return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit == "KiB" || unit == "K" || unit == "KB") return value << 10;
    if (unit == "MiB" || unit == "M" || unit == "MB") return value << 20;
    if (unit == "GiB" || unit == "G" || unit == "GB") return value << 30;
    return std::nullopt;
}

std::uint64_t quarter_of_memory() {
    struct sysinfo info {};
    if (::sysinfo(&info) != 0) return core::kKdfDefault.memory;
    return std::uint64_t{info.totalram} * info.mem_unit / 4;
}

}  // namespace

std::vector<OptionSpec> kdf_options() {
    return {{"--kdf-memory", "SIZE", "memory of one password derivation, 64MiB to 1GiB"},
            {"--kdf-passes", "N", "passes over that memory, 3 to 16"}};
}

core::Result<core::KdfCost> kdf_cost(const Arguments& arguments, const core::KdfCost& base) {
    core::KdfCost cost = base;
    if (const auto size = arguments.value("--kdf-memory")) {
        const auto bytes = parse_size(*size);
        if (!bytes) {
            return core::unexpected(core::ErrorCode::usage, "\"" + *size + "\" is not a size",
                                    "write it as 256MiB");
        }
        cost.memory = *bytes;
    }
    if (const auto passes = arguments.value("--kdf-passes")) {
        const auto number = core::whole_number<std::uint32_t>(*passes);
        if (!number) {
            return core::unexpected(core::ErrorCode::usage, "\"" + *passes + "\" is not a number");
        }
        cost.passes = *number;
    }
    if (!core::within_bounds(cost, core::kKdfFloor)) return out_of_bounds();
    return cost;
}

core::KdfCost calibrated_cost() {
    constexpr std::uint64_t kStep = std::uint64_t{64} << 20;
    core::KdfCost cost = core::kKdfDefault;
    while (cost.memory > core::kKdfFloor.memory && cost.memory > quarter_of_memory()) {
        cost.memory -= kStep;
    }
    const auto started = std::chrono::steady_clock::now();
    std::array<std::uint8_t, 32> out{};
    if (!core::argon2id(core::bytes_of("calibration"), core::KdfSalt{}, core::kKdfFloor, out)) {
        return cost;
    }
    const std::chrono::duration<double> floor_seconds = std::chrono::steady_clock::now() - started;
    const double per_byte_pass =
        floor_seconds.count() /
        (static_cast<double>(core::kKdfFloor.memory) * static_cast<double>(core::kKdfFloor.passes));
    const double fitting = 1.0 / (per_byte_pass * static_cast<double>(cost.memory));
    // More passes on a quick machine; less memory on one that would take far longer than a second.
    while (static_cast<double>(cost.passes) + 1 <= fitting &&
           cost.passes < core::kKdfCeiling.passes) {
        ++cost.passes;
    }
    while (cost.memory > core::kKdfFloor.memory &&
           per_byte_pass * static_cast<double>(cost.memory) * cost.passes > 2.0) {
        cost.memory -= kStep;
    }
    return cost;
}

}  // namespace sparekey::cli
