// What `sparekey scan` and sparekey-scan, the process that looks for the secrets, say to each
// other.
//
// A ScanOrder, then ScanSecrets until an empty one, then the answer: a ScanReport or an error. No
// secret is in what comes back.
#pragma once

#include "core/base/result.h"
#include "core/leaks/needles.h"

#include <string>
#include <vector>

namespace sparekey::cli::scan {

/// Where is looked.
enum class Place : std::uint8_t {
    tree,     // path: a file, or a folder with all below it
    home,     // path: a home folder; its shell histories and dotfiles
    staged,   // path: within a git repository; what the next commit changes
    history,  // path: within a git repository; every blob that any reference reaches
};
struct ScanPlace {
    Place place = Place::tree;
    std::string path;
};

struct ScanOrder {
    std::vector<ScanPlace> places;
    /// If not empty, nothing is looked for: the pre-commit hook of the repository at places[0] is
    /// made to run this line.
    std::string hook_command = {};
};

struct ScanSecret {
    std::string item;  // its id
    std::string kind;  // "password", "former password"
    core::SecretForm form = core::SecretForm::text;
    core::SecretText value;
};
using ScanSecrets = std::vector<ScanSecret>;

struct Leak {
    std::string item;  // empty for a well-known kind
    std::string kind;
    std::string path;        // printable; "***" from a name on that holds a secret
    std::uint64_t line = 0;  // from 1
    std::string commit;      // the first one that has it; empty for a file
    std::string fingerprint;
};

/// What was passed over, by reason.
struct Skipped {
    std::uint64_t binary = 0;
    std::uint64_t large = 0;       // more than kLargestText
    std::uint64_t links = 0;       // symbolic ones
    std::uint64_t special = 0;     // devices, pipes, sockets, /proc and its like
    std::uint64_t unreadable = 0;  // no permission, an error of the disk
    std::uint64_t damaged = 0;     // git's objects that are missing or broken

    std::uint64_t total() const { return binary + large + links + special + unreadable + damaged; }
};

inline constexpr std::uint64_t kLargestText = std::uint64_t{1} << 30;  // bytes
inline constexpr std::size_t kMostLeaks = 10'000;                      // that are named

struct ScanReport {
    std::vector<Leak> leaks;    // sorted
    std::uint64_t unnamed = 0;  // beyond kMostLeaks
    std::uint64_t allowed = 0;  // on lines that say "sparekey:allow"
    std::uint64_t scanned = 0;  // files and blobs
    Skipped skipped;
    std::uint64_t secrets = 0;     // that were looked for
    std::uint64_t too_common = 0;  // that were not: core/leaks/worth.h
    std::uint64_t unlocked = 0;    // bytes of memory with secrets that could not be locked
    std::string hook = {};         // the file, if a hook was asked for
};

}  // namespace sparekey::cli::scan
