// Sockets that listen: opened by us, or handed over by systemd (sd_listen_fds(3)).
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparekey::sync {

/// A descriptor that is closed with it.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }
    int release();

  private:
    int number_;
};

/// Listens at "127.0.0.1:8443", "[::1]:8443" (port 0: any that is free) or "unix:/run/…/socket",
/// which gets mode 0660 and replaces a socket that nobody listens at. ErrorCode::usage for a
/// malformed address, ErrorCode::failed with the system's reason.
core::Result<Descriptor> open_listener(std::string_view where);

/// The file of a Unix socket that open_listener() has made at `where`; nothing of any other.
class SocketFile {
  public:
    static std::optional<SocketFile> of(std::string_view where);
    /// Once the socket is closed: removes the file, if it is still that one and nobody listens
    /// there.
    void remove() const;

  private:
    SocketFile(std::string path, std::uint64_t device, std::uint64_t file)
        : path_(std::move(path)), device_(device), file_(file) {}
    std::string path_;
    std::uint64_t device_;
    std::uint64_t file_;
};

/// Where a listening socket listens, in the same notation.
std::string listening_at(int descriptor);

struct Activated {
    Descriptor socket;
    std::string name;  // FileDescriptorName= of the unit; "unknown" without one
};
/// The sockets that $LISTEN_PID and $LISTEN_FDS name, if they are for this process; taken once:
/// the variables are removed.
std::vector<Activated> activated_sockets();

}  // namespace sparekey::sync
