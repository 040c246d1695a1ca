// Pages of older files of one database, put back into its last one.
#pragma once

#include "core/base/result.h"
#include "storage/sqlite/database.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace sparekey::storage {

constexpr std::size_t kPage = 4096;  // bytes

/// What is asked, a page that cannot be read at all included.
template <class Question>
auto answer_to(Question question) -> decltype(question()) {
    try {
        return question();
    } catch (const CorruptDatabase& failure) {
        return core::unexpected(core::ErrorCode::integrity, failure.what());
    }
}

/// `visit` is given `now` with each page of each older file that differs put back, one at a time.
inline void each_replay(const std::vector<std::string>& older, const std::string& now,
                        const std::function<void(const std::string& mixed)>& visit) {
    for (const std::string& file : older) {
        for (std::size_t at = 0; at + kPage <= std::min(file.size(), now.size()); at += kPage) {
            if (file.compare(at, kPage, now, at, kPage) == 0) continue;
            std::string mixed = now;
            mixed.replace(at, kPage, file, at, kPage);
            visit(mixed);
        }
    }
}

}  // namespace sparekey::storage
