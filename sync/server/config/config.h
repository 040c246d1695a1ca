// The server's configuration (docs/INTERFACE.md): TOML, then the environment over it.
//
// Every key may also be given as SPAREKEY_SERVER_<KEY> (in a table: SPAREKEY_SERVER_TLS_KEY, and
// for a provider SPAREKEY_SERVER_PROVIDER_<ID>_CLIENT_ID), and every text also as <key>_file, whose
// content without the last line break is the value. What is wrong comes back all at once, each with
// its line.
#pragma once

#include "core/secret/secret_bytes.h"
#include "sync/server/accounts/services.h"
#include "sync/server/http/address.h"
#include "sync/server/http/tls_certificate.h"
#include "sync/server/log/log.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sparekey::sync {

/// Where a value comes from.
struct Place {
    std::size_t line = 0;  // 0: the environment, or a key that is missing
    std::string variable = {};
};

/// A mistake, or something to think about.
struct Complaint {
    std::size_t line = 0;  // as of a Place
    std::string what;
    std::string variable = {};
};
inline Complaint complaint_at(const Place& place, std::string what) {
    return {place.line, std::move(what), place.variable};
}

/// One [[provider]] as it stands: sync/server/oidc says what it means.
struct ProviderTable {
    /// A secret is one from here on; the reader that it came through is gone by then.
    using Value = std::variant<std::string, core::SecretText, bool, std::vector<std::string>>;
    std::map<std::string, Value> values;
    std::map<std::string, Place> places;
    std::size_t line = 0;
};

struct ServerConfig {
    std::string listen = "127.0.0.1:8443";  // or "unix:/…"
    std::string metrics_listen;             // empty: off
    std::string store;                      // "sqlite:/…" or "postgresql://…"
    std::optional<TlsFiles> tls;
    std::vector<Network> trusted_proxies;
    std::uint64_t requests_per_second = 50;  // by address in the long run; 0: no bound
    std::uint64_t pushes_a_day = 20'000;     // by account; 0: no bound
    LogLevel log_level = LogLevel::info;
    LogFormat log_format = LogFormat::text;
    ServerSettings settings;
    std::vector<ProviderTable> providers;
    std::vector<Complaint> warnings;
    std::map<std::string, Place> places;  // of "store", "tls.certificate" and "tls.key"
};

struct ConfigOutcome {
    std::optional<ServerConfig> config;  // when there is no complaint
    std::vector<Complaint> complaints;
};

using Environment = std::map<std::string, std::string>;

/// Reads no file but those that `*_file` keys name. `text` is the TOML.
ConfigOutcome read_server_config(std::string_view text, const Environment& environment);

/// ErrorCode::not_found or ErrorCode::usage (longer than 256 KiB).
core::Result<std::string> load_config_text(const std::string& path);

}  // namespace sparekey::sync
