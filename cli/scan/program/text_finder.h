// Looks through one text after the other, a file or a blob, in bounded memory. One for each thread.
#pragma once

#include "cli/scan/program/hyperscan_matcher.h"
#include "cli/scan/program/leak_list.h"

#include <set>

namespace sparekey::cli::scan {

/// Git's own rule: a zero byte among the first of them.
inline constexpr std::size_t kLookedAt = 8000;
bool is_binary(core::ByteView beginning);

/// What one thread counts.
struct Tally {
    std::uint64_t scanned = 0;
    std::uint64_t allowed = 0;
    Skipped skipped;

    void add_to(ScanReport& report) const;
};

class TextFinder {
  public:
    TextFinder(const SecretSet& secrets, const Patterns& patterns, LeakList& leaks);

    /// All of a text that is in memory.
    void search(core::ByteView text, const Source& source);
    /// A regular file of `size` bytes, from its beginning.
    void search_file(int descriptor, std::uint64_t size, const Source& source);
    Tally& tally() { return tally_; }

  private:
    /// Begins a text. False, and counted, if it is passed over.
    bool begin(core::ByteView beginning, std::uint64_t size);
    void search_window(const core::Window& window, const Source& source);
    void report(const core::Window& window, const core::Hit& hit, const Source& source);
    void report_owner(const Owner& owner, std::uint64_t line, const Source& source);
    /// Up to the name that holds a secret, if one does.
    std::string path_shown(const std::string& path);

    const SecretSet& secrets_;
    LeakList& leaks_;
    HyperscanMatcher matcher_;
    core::TextSearch search_;
    core::Bytes block_;
    Tally tally_;
    // Of the text that is being searched.
    std::uint64_t lines_ = 0;           // before the window's own part
    std::set<std::uint32_t> reported_;  // owners that are told of once
};

}  // namespace sparekey::cli::scan
