#include "cli/scan/program/leak_list.h"

#include <algorithm>
#include <tuple>

namespace sparekey::cli::scan {
namespace {

std::string identity(const Leak& leak) {
    if (!leak.commit.empty()) return "commit:" + leak.fingerprint;
    return leak.fingerprint + ":" + std::to_string(leak.line);
}

auto place(const Leak& leak) {
    return std::tie(leak.path, leak.line, leak.item, leak.kind, leak.commit);
}

}  // namespace

void LeakList::add(Leak leak, const Source& source) {
    std::string key = identity(leak);
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto known = entries_.find(key);
    if (known == entries_.end()) {
        if (entries_.size() == kMostLeaks) {
            ++unnamed_;
        } else {
            entries_.emplace(std::move(key), Entry{std::move(leak), source.order});
        }
    } else if (source.order < known->second.order) {
        known->second = {std::move(leak), source.order};
    }
}

void LeakList::give(ScanReport& report) {
    report.unnamed = unnamed_;
    for (auto& [key, entry] : entries_) report.leaks.push_back(std::move(entry.leak));
    std::sort(report.leaks.begin(), report.leaks.end(),
              [](const Leak& left, const Leak& right) { return place(left) < place(right); });
}

}  // namespace sparekey::cli::scan
