// Runs the real `sparekey` in a home of its own, as a person or a script would.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sparekey::tests {

struct Outcome {
    int status = -1;  // exit code, or 128 + the signal
    std::string out;
    std::string err;
    long peak_kib = 0;  // of its resident memory
};

/// What a sanitizer keeps resident beside the program's own: its shadow, and freed memory that it
/// holds back.
#ifdef SPAREKEY_SANITIZED
inline constexpr long kSanitizer_kib = 64 * 1024;
inline constexpr int kSlowness = 5;
#else
inline constexpr long kSanitizer_kib = 0;
inline constexpr int kSlowness = 1;
#endif
/// Of items that are only there to make a command take its time: sanitizers do that, too.
constexpr int long_enough(int items) {
    return items / kSlowness;
}

/// Of `sparekey`.
std::string program_path();

class Home {
  public:
    /// A fresh folder below $TMPDIR, removed at the end. The password file holds `password`.
    Home();
    ~Home();
    Home(const Home&) = delete;
    Home& operator=(const Home&) = delete;

    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }
    std::string vault_folder() const { return path_ + "/.local/share/sparekey/default"; }
    std::string runtime_folder() const { return path_ + "/run/sparekey"; }
    /// Where the programs look for a system bus: never the machine's own.
    std::string system_bus() const { return file("bus"); }
    std::string state_folder() const { return path_ + "/.local/state/sparekey/default"; }

    /// Opens by the password; where it was made by init(), and the command is about items only, by
    /// the recovery code, which needs no slow key derivation.
    Outcome run(std::vector<std::string> arguments, const std::string& input = {}) const;
    /// With nothing but the arguments.
    Outcome run_bare(const std::vector<std::string>& arguments,
                     const std::string& input = {}) const;
    /// Another program, in the same environment.
    Outcome run_program(const std::string& program, const std::vector<std::string>& arguments,
                        const std::string& input = {}) const;
    /// Starts it and returns its process id; for killing.
    int start(std::vector<std::string> arguments, const std::string& input = {}) const;
    /// In a child process: turns into the program.
    [[noreturn]] void become(const std::vector<std::string>& arguments,
                             const std::string& program = program_path()) const;
    /// Called in every child just before that: an alarm, limits.
    std::function<void()> in_child;
    /// Every child's variables beside HOME: PATH and LC_ALL, and what a test adds.
    std::map<std::string, std::string> environment = {{"PATH", "/usr/bin:/bin"},
                                                      {"LC_ALL", "C.UTF-8"}};
    /// "NAME=VALUE" each.
    void set(const std::vector<std::string>& assignments);
    void unset(const std::string& name) { environment.erase(name); }
    /// `init` at the lowest cost; the JSON that it prints.
    std::string init() const;

  private:
    std::vector<std::string> opening(const std::vector<std::string>& arguments) const;

    std::string path_;
};

/// Whether `text` holds `part`.
bool has(const std::string& text, const std::string& part);
std::string read_text(const std::string& path);
void write_text(const std::string& path, const std::string& text);
/// The text of a string member of flat JSON, such as `"id":"…"`; empty if it is not there.
std::string json_text(const std::string& json, const std::string& member);

}  // namespace sparekey::tests
