#include "cli/scan/program/text_finder.h"

#include "core/base/mutant.h"
#include "core/leaks/fingerprint.h"
#include "core/text/unicode.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sparekey::cli::scan {
namespace {

using core::ByteView;
using core::kMargin;

constexpr std::size_t kTextBlock = std::size_t{1} << 20;  // of a text, beside its margins

std::uint64_t count_lines(ByteView text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), std::uint8_t{'\n'}));
}

/// As many bytes as there are, at most `into`; less than that only at the end, or on an error.
std::size_t read_some(int descriptor, core::MutableBytes into, bool& failed) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got = ::read(descriptor, into.data() + done, into.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) failed = true;
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace

bool is_binary(ByteView beginning) {
    const std::size_t size = std::min(beginning.size(), kLookedAt);
    return size > 0 && std::memchr(beginning.data(), 0, size) != nullptr;
}

void Tally::add_to(ScanReport& report) const {
    report.scanned += scanned;
    report.allowed += allowed;
    report.skipped.binary += skipped.binary;
    report.skipped.large += skipped.large;
    report.skipped.links += skipped.links;
    report.skipped.special += skipped.special;
    report.skipped.unreadable += skipped.unreadable;
    report.skipped.damaged += skipped.damaged;
}

TextFinder::TextFinder(const SecretSet& secrets, const Patterns& patterns, LeakList& leaks)
    : secrets_(secrets),
      leaks_(leaks),
      matcher_(patterns),
      search_(matcher_, secrets.shapes()),
      block_(kTextBlock + 2 * kMargin) {}

bool TextFinder::begin(ByteView beginning, std::uint64_t size) {
    lines_ = 0;
    reported_.clear();
    if (size > kLargestText) {
        ++tally_.skipped.large;
        return false;
    }
    if (is_binary(beginning)) {
        ++tally_.skipped.binary;
        return false;
    }
    ++tally_.scanned;
    return true;
}

void TextFinder::search(ByteView text, const Source& source) {
    if (!begin(text, text.size())) return;
    for (std::size_t at = 0; at < text.size(); at += kTextBlock) {
        const std::size_t from = at - std::min(at, kMargin);
        const std::size_t end = std::min(text.size(), at + kTextBlock);
        const std::size_t to = std::min(text.size(), end + kMargin);
        search_window({text.subspan(from, to - from), at - from, end - from}, source);
    }
}

void TextFinder::search_file(int descriptor, std::uint64_t size, const Source& source) {
    if (size > kLargestText && !begin({}, size)) return;
    bool failed = false;
    std::size_t held = 0, begin_at = 0;
    for (bool first = true;; first = false) {
        const core::MutableBytes free = core::MutableBytes(block_).subspan(held);
        const std::size_t wanted =
            first ? std::min<std::size_t>(free.size(), static_cast<std::size_t>(size))
                  : free.size();
        held += read_some(descriptor, free.first(wanted), failed);
        const ByteView text = ByteView(block_).first(held);
        if (failed) {
            ++tally_.skipped.unreadable;
            return;
        }
        if (first && !begin(text, size)) return;
        const bool last = held < block_.size();
        const std::size_t end = last ? held : held - kMargin;
        search_window({text, begin_at, end}, source);
        if (last) return;
        held -= end - kMargin;
        std::memmove(block_.data(), block_.data() + (end - kMargin), held);
        begin_at = kMargin;
    }
}

void TextFinder::search_window(const core::Window& window, const Source& source) {
    search_.search(window, [&](const core::Hit& hit) { report(window, hit, source); });
    lines_ += count_lines(window.text.subspan(window.begin, window.end - window.begin));
}

void TextFinder::report(const core::Window& window, const core::Hit& hit, const Source& source) {
    if (core::is_allowed(window.text, hit.at)) {
        ++tally_.allowed;
        return;
    }
    const std::uint64_t line =
        lines_ + 1 + count_lines(window.text.subspan(window.begin, hit.at - window.begin));
    if (hit.literal < core::first_secret()) {
        const std::string kind(core::token_kinds()[hit.literal].name);
        const std::string path = path_shown(source.path);
        leaks_.add({"", kind, path, line, source.commit,
                    core::leak_fingerprint("", kind, path, hit.token)},
                   source);
        return;
    }
    for (const std::uint32_t number : secrets_.owners_of(hit.literal - core::first_secret())) {
        const Owner& owner = secrets_.owner(number);
        if (owner.has_several && !reported_.insert(number).second) continue;
        report_owner(owner, line, source);
    }
}

void TextFinder::report_owner(const Owner& owner, std::uint64_t line, const Source& source) {
    const std::string path = path_shown(source.path);
    leaks_.add({owner.item, owner.kind, path, line, source.commit,
                core::leak_fingerprint(owner.item, owner.kind, path, "")},
               source);
}

std::string TextFinder::path_shown(const std::string& path) {
    std::size_t first = std::string::npos;
    core::TextSearch search(matcher_, secrets_.shapes());
    search.search({core::bytes_of(path), 0, path.size()},
                  [&](const core::Hit& hit) { first = std::min(first, hit.at); });
    if (first == std::string::npos || SPAREKEY_LEFT_OUT("scan-path-secret")) {
        return core::printable(path);
    }
    const std::size_t slash = path.rfind('/', first);
    return core::printable(path.substr(0, slash == std::string::npos ? 0 : slash + 1)) + "***";
}

}  // namespace sparekey::cli::scan
