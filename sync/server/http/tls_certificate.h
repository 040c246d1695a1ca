// The certificate that a listener shows, and how it speaks TLS (RFC 8446): 1.3 only, no tickets, no
// resumption, HTTP/1.1 by ALPN if the peer asks.
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace sparekey::sync {

/// PEM files: the chain, the server's own first, and its key.
struct TlsFiles {
    std::string certificate;
    std::string key;
};

class TlsCertificate {
  public:
    explicit TlsCertificate(TlsFiles files) : files_(std::move(files)) {}

    /// Reads the files, for the handshakes from now on; connections that are open keep theirs.
    /// ErrorCode::usage naming the file that cannot be read or does not fit: then the certificate
    /// stays the one before.
    core::Result<void> load();
    /// Null before the first load().
    std::shared_ptr<boost::asio::ssl::context> current() const { return context_; }

  private:
    TlsFiles files_;
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace sparekey::sync
