#include "tests/support/memory_scan.h"

#include "core/base/bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sparekey::tests {
namespace {

constexpr std::uint64_t kLargestRange = std::uint64_t{4} << 30;  // bytes

std::size_t count_in(const std::string& text, const std::string& wanted) {
    std::size_t found = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        const void* const hit =
            ::memmem(at, static_cast<std::size_t>(end - at), wanted.data(), wanted.size());
        if (hit == nullptr) return found;
        ++found;
        at = static_cast<const char*>(hit) + 1;
    }
}

std::string read_range(int memory, std::uint64_t from, std::uint64_t to) {
    std::string bytes(to - from, '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::pread(memory, bytes.data() + filled, bytes.size() - filled,
                                    static_cast<off_t>(from + filled));
        if (got <= 0) break;
        filled += static_cast<std::size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

std::string read_whole(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

}  // namespace

void add_spellings(std::vector<Canary>& canaries, const std::string& name,
                   const std::string& bytes) {
    const core::ByteView view = core::bytes_of(bytes);
    canaries.push_back({name, bytes});
    canaries.push_back({name + " in hex", core::to_hex(view)});
    std::string text = core::to_base64(view);
    while (text.ends_with('=')) text.pop_back();
    canaries.push_back({name + " in base64", text});
}

std::map<std::string, std::size_t> scan_memory(pid_t process, const std::vector<Canary>& canaries) {
    std::map<std::string, std::size_t> hits;
    const std::string folder = "/proc/" + std::to_string(process);
    const int memory = ::open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
    std::ifstream maps(folder + "/maps");
    for (std::string line; memory >= 0 && std::getline(maps, line);) {
        std::uint64_t from = 0, to = 0;
        char dash = 0;
        std::string rights;
        std::istringstream text(line);
        text >> std::hex >> from >> dash >> to >> rights;
        if (rights.size() < 2 || rights[0] != 'r' || rights[1] != 'w') continue;
        // A sanitizer's shadow: terabytes of it, of no content of ours.
        if (to - from > kLargestRange) continue;
        const std::string bytes = read_range(memory, from, to);
        for (const Canary& canary : canaries) {
            if (const std::size_t found = count_in(bytes, canary.bytes)) {
                hits[canary.name] += found;
            }
        }
    }
    if (memory >= 0) ::close(memory);
    return hits;
}

std::vector<std::string> scan_arguments(const std::vector<Canary>& canaries) {
    std::vector<std::string> found;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const std::string text =
            read_whole(entry.path() / "cmdline") + read_whole(entry.path() / "environ");
        for (const Canary& canary : canaries) {
            if (count_in(text, canary.bytes) > 0) found.push_back(name + ": " + canary.name);
        }
    }
    return found;
}

}  // namespace sparekey::tests
