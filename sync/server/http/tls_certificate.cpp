#include "sync/server/http/tls_certificate.h"

#include <boost/asio/ssl/context.hpp>

#include <cstring>

namespace sparekey::sync {
namespace {

namespace ssl = boost::asio::ssl;

constexpr unsigned char kProtocols[] = "\x08http/1.1";

/// RFC 7301: whoever offers protocols must offer ours.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void*) {
    unsigned char* found = nullptr;
    const int result = SSL_select_next_proto(&found, size, kProtocols, sizeof kProtocols - 1,
                                             offered, offered_size);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<ssl::context> hardened_context() {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* const raw = context->native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_num_tickets(raw, 0);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_early_data(raw, 0);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    return context;
}

core::Unexpected unusable(const std::string& file, const boost::system::error_code& failure) {
    return core::unexpected(core::ErrorCode::usage, file + ": " + failure.message());
}

}  // namespace

core::Result<void> TlsCertificate::load() {
    auto context = hardened_context();
    boost::system::error_code failure;
    context->use_certificate_chain_file(files_.certificate, failure);
    if (failure) return unusable(files_.certificate, failure);
    context->use_private_key_file(files_.key, ssl::context::pem, failure);
    if (failure) return unusable(files_.key, failure);
    if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
        return core::unexpected(core::ErrorCode::usage,
                                files_.key + " is not the key of " + files_.certificate);
    }
    context_ = std::move(context);
    return {};
}

}  // namespace sparekey::sync
