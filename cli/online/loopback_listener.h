// Where a browser on this machine brings the answer of a login back to (RFC 8252 section 7.3): one
// address of a random path on 127.0.0.1, for as long as the login lasts.
//
// Any local program can connect. What it says counts only with the path and the state that the
// browser was given; everything else is answered by an error, and the waiting goes on.
#pragma once

#include "core/base/result.h"
#include "core/ports/random.h"
#include "storage/folder/files.h"

#include <chrono>
#include <list>
#include <optional>
#include <string>

namespace sparekey::cli::online {

class LoopbackListener {
  public:
    /// Listens on a free port. Throws SystemFailure if there is none.
    explicit LoopbackListener(core::Random& random);

    const std::string& redirect_uri() const { return redirect_uri_; }
    /// The authorization code of the answer that has `state` and comes from `issuer` (RFC 9207).
    /// ErrorCode::refused if the answer is a refusal or none comes within `patience`.
    core::Result<std::string> wait(std::string_view state, std::string_view issuer,
                                   std::chrono::milliseconds patience);

  private:
    using Clock = std::chrono::steady_clock;
    struct Peer {
        storage::File socket;
        std::string request;
        Clock::time_point end;
    };
    struct Expected {
        std::string_view state;
        std::string_view issuer;
    };

    /// Until a socket has something to say, or `end`.
    void poll(Clock::time_point end);
    void accept();
    /// The answer, if the peer has said all of it; whoever has, is answered and gone.
    std::optional<core::Result<std::string>> read(Peer& peer, const Expected& expected);

    storage::File listener_;
    std::string path_;
    std::string redirect_uri_;
    std::list<Peer> peers_;
    bool somebody_waits_ = false;
};

}  // namespace sparekey::cli::online
