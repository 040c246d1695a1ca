// Who holds a SQLite store: the file PATH-lock beside it, locked by the kernel for as long as the
// holder lives.
#pragma once

#include "core/base/result.h"
#include "sync/server/store/use.h"

#include <string>
#include <utility>

namespace sparekey::sync {

class StoreLock {
  public:
    /// ErrorCode::conflict if somebody else's use forbids this one. Throws SystemFailure.
    static core::Result<StoreLock> take(const std::string& path, Use use);
    ~StoreLock();
    StoreLock(StoreLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    StoreLock& operator=(StoreLock&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }

  private:
    explicit StoreLock(int file) : file_(file) {}
    int file_;
};

}  // namespace sparekey::sync
