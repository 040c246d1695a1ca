// Frames over a connected socket, blocking: the client's side, and the bulk process's.
//
// Each call returns whole frames; a descriptor may travel with a frame. Bytes that were read are
// wiped. Errors: ErrorCode::failed when the other side is gone.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"
#include "storage/folder/files.h"

#include <chrono>

namespace sparekey::cli::agent {

class Socket {
  public:
    explicit Socket(storage::File file) : file_(std::move(file)) {}

    int descriptor() const { return file_.descriptor(); }
    /// Length and bytes in one write; `passed` goes along if it is not -1.
    core::Result<void> send(core::ByteView frame, int passed = -1);
    /// At most `longest` bytes. Waits for ever without `patience`. A descriptor that came along is
    /// put in `passed`.
    core::Result<core::SecretBytes> receive(
        std::size_t longest, std::chrono::milliseconds patience = std::chrono::milliseconds::max(),
        storage::File* passed = nullptr);
    /// The other side has closed it, or its process has ended.
    bool is_gone() const { return gone_; }
    /// The descriptor, which somebody else closes from now on.
    storage::File release() { return std::move(file_); }

  private:
    core::Result<void> fill(core::MutableBytes into, std::chrono::steady_clock::time_point until,
                            storage::File* passed);
    core::Unexpected gone();

    storage::File file_;
    bool gone_ = false;
};

/// Not open if nobody listens there. With `patience` neither connecting nor sending waits longer
/// for a process that takes nothing.
core::Result<storage::File> connect_to(const std::string& path,
                                       std::chrono::milliseconds patience = {});

/// The other side runs as this user: asked of the kernel, not of the other side.
bool peer_is_us(int descriptor);

/// From now on this process ends, by SIGIO, when the other side is closed or its process has ended:
/// for a socket on which nothing comes but answers that are waited for. False if it is gone
/// already, or if that cannot be had.
bool end_when_gone(int descriptor);
/// Not any more.
void end_no_more(int descriptor);

/// Sends `payload` (not empty) in one piece with a descriptor; false if that failed.
bool send_with_descriptor(int socket, core::ByteView payload, int passed);
/// As recv(): at most `into` bytes, 0 when the other side is gone, -1 and errno. A descriptor that
/// came along is in `passed`.
ssize_t receive_with_descriptor(int socket, core::MutableBytes into, storage::File& passed);

}  // namespace sparekey::cli::agent
