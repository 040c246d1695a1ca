#include "sync/server/config/config.h"

#include "core/text/unicode.h"
#include "sync/server/config/listen.h"
#include "sync/server/config/provider_keys.h"
#include "sync/server/config/reader.h"

#include <fstream>
#include <set>

namespace sparekey::sync {
namespace {

constexpr std::string_view kPrefix = "SPAREKEY_SERVER_";
constexpr std::string_view kConfigVariable = "SPAREKEY_SERVER_CONFIG";  // names this file
constexpr std::size_t kLargestConfig = 256 * 1024;
constexpr std::uint64_t kMost = std::uint64_t{1} << 50;

ProviderTable::Value value_of(std::string_view key, std::string text) {
    if (key == "client_secret" || key == "private_key") return core::SecretText::copy_of(text);
    return text;
}

class ConfigReader {
  public:
    ConfigReader(const toml::table& root, const Environment& environment, ConfigOutcome& outcome)
        : environment_(environment),
          outcome_(outcome),
          reader_(root, kPrefix, environment, outcome.complaints, asked_) {}

    ServerConfig read() {
        read_addresses();
        read_store();
        read_sign_up();
        read_tls();
        read_log();
        read_limits();
        read_providers();
        reader_.finish();
        check_variables();
        check_plain_http();
        return std::move(config_);
    }

  private:
    void read_addresses() {
        read_listen("listen", config_.listen);
        read_listen("metrics_listen", config_.metrics_listen);
        const auto url = reader_.text("public_url");
        if (!url) {
            reader_.complain("public_url",
                             "is missing: the address by which devices reach the server");
        } else if (auto origin = parse_origin(*url)) {
            config_.settings.origin = std::move(*origin);
        } else {
            reader_.complain(
                "public_url",
                "has to be https://HOST, or http on a loopback address, without a path");
        }
        if (auto proxies = reader_.list("trusted_proxies")) {
            for (const std::string& proxy : *proxies) {
                if (const auto network = Network::parse(proxy)) {
                    config_.trusted_proxies.push_back(*network);
                } else {
                    reader_.complain(
                        "trusted_proxies",
                        "has to hold addresses or networks, and \"" + proxy + "\" is neither");
                }
            }
        }
    }

    /// `into` as open_listener() takes it, so that what is read here can be listened at.
    void read_listen(const std::string& key, std::string& into) {
        const auto text = reader_.text(key);
        if (!text) return;
        const auto address = parse_listen(*text);
        if (address) {
            into = address->text();
        } else if (!text->empty() || key == "listen") {
            reader_.complain(key, "has to be \"ADDRESS:PORT\" or \"unix:/PATH\"");
        }
    }

    void read_store() {
        config_.places["store"] = reader_.place("store");
        const auto store = reader_.text("store");
        const bool known =
            store && (store->starts_with("sqlite:/") || store->starts_with("postgresql://") ||
                      store->starts_with("postgres://"));
        if (!store) {
            reader_.complain("store", "is missing: \"sqlite:/PATH\" or \"postgresql://…\"");
        } else if (!known) {
            reader_.complain("store", "has to be \"sqlite:/PATH\" or \"postgresql://…\"");
        } else {
            config_.store = *store;
        }
    }

    void read_sign_up() {
        auto given = reader_.text_or_list("signup");
        if (!given) return;
        SignUpPolicy& policy = config_.settings.sign_up;
        using Kind = SignUpPolicy::Kind;
        const auto* const word = std::get_if<std::string>(&*given);
        // One entry alone is a list of one, as the environment writes it.
        const bool is_entry = word != nullptr && word->find(':') != std::string::npos;
        if (word != nullptr && !is_entry) {
            if (*word == "invite")
                policy.kind = Kind::invite;
            else if (*word == "open")
                policy.kind = Kind::open;
            else if (*word == "closed")
                policy.kind = Kind::closed;
            else
                reader_.complain("signup", "has to be \"invite\", \"open\", \"closed\" or a list");
            return;
        }
        policy.kind = Kind::list;
        const auto entries =
            is_entry ? std::vector{*word} : std::get<std::vector<std::string>>(*given);
        for (const std::string& entry : entries) {
            if (const auto added = add_entry(policy, entry); !added) {
                reader_.complain("signup", "is wrong: " + added.error().message);
            }
        }
    }

    void read_tls() {
        const toml::table* const table = reader_.table("tls");
        static const toml::table kNone;
        const std::string prefix = std::string(kPrefix) + "TLS_";
        const auto set = environment_.lower_bound(prefix);
        const bool named = set != environment_.end() && set->first.starts_with(prefix);
        if (table == nullptr && !named) return;
        TableReader reader(table == nullptr ? kNone : *table, prefix, environment_,
                           outcome_.complaints, asked_);
        const auto certificate = reader.text("certificate");
        const auto key = reader.text("key");
        if (!certificate) reader.complain("certificate", "is missing in [tls]");
        if (!key) reader.complain("key", "is missing in [tls]");
        config_.places["tls.certificate"] = reader.place("certificate");
        config_.places["tls.key"] = reader.place("key");
        reader.finish();
        if (certificate && key) config_.tls = TlsFiles{*certificate, *key};
    }

    void read_log() {
        if (const auto level = reader_.text("log_level")) {
            const auto known = parse_log_level(*level);
            if (!known) reader_.complain("log_level", "has to be debug, info, warning or error");
            config_.log_level = known.value_or(LogLevel::info);
        }
        if (const auto format = reader_.text("log_format")) {
            if (*format != "text" && *format != "json") {
                reader_.complain("log_format", "has to be text or json");
            }
            config_.log_format = *format == "json" ? LogFormat::json : LogFormat::text;
        }
    }

    void read_limits() {
        ServerSettings& settings = config_.settings;
        const auto take = [](auto value, auto& into) {
            if (value) into = static_cast<std::remove_reference_t<decltype(into)>>(*value);
        };
        take(reader_.duration("device_code_ttl", 1'000, 3'600'000), settings.device_code_ms);
        take(reader_.number("requests_per_second", 0, 1'000'000), config_.requests_per_second);
        take(reader_.number("quota_pushes", 0, kMost), config_.pushes_a_day);
        take(reader_.number("quota_records", 1, kMost), settings.quota.records);
        take(reader_.number("quota_bytes", 1, kMost), settings.quota.bytes);
        take(reader_.number("quota_devices", 1, 100), settings.quota.devices);
    }

    void read_providers() {
        const toml::array* const providers = reader_.tables("provider");
        if (providers == nullptr || providers->empty()) {
            config_.warnings.push_back(
                {0, "no [[provider]]: members and recovery codes go on, nobody else can log in"});
            return;
        }
        for (const toml::node& node : *providers) read_provider(*node.as_table());
    }

    void read_provider(const toml::table& table) {
        ProviderTable provider;
        provider.line = table.source().begin.line;
        const std::string id = table["id"].value_or(std::string());
        TableReader reader(table, std::string(kPrefix) + "PROVIDER_" + id + "_", environment_,
                           outcome_.complaints, asked_);
        for (const auto& [name, node] : table) {
            std::string key(name.str());
            // A text that a file holds, or that the environment overrides, goes by its own name.
            if (key.ends_with("_file")) key.resize(key.size() - 5);
            if (!provider.places.emplace(key, reader.place(key)).second) continue;  // told already
            if (node.is_boolean())
                provider.values[key] = reader.flag(key).value_or(false);
            else if (node.is_array())
                provider.values[key] = reader.list(key).value_or(std::vector<std::string>());
            else if (auto text = reader.text(key))
                provider.values[key] = value_of(key, std::move(*text));
        }
        for (const ProviderKey& key : kProviderKeys) {
            const std::string name(key.name);
            if (table.contains(name) || table.contains(name + "_file")) continue;
            if (auto value = from_environment(reader, key)) {
                provider.values[name] = std::move(*value);
                provider.places[name] = reader.place(name);
            }
        }
        if (!id.empty() && !ids_.insert(id).second) {
            outcome_.complaints.push_back(
                complaint_at(provider.places["id"], "provider: id \"" + core::printable(id) +
                                                        "\" belongs to another provider already"));
        }
        config_.providers.push_back(std::move(provider));
    }

    /// The value of a key that the file does not have.
    static std::optional<ProviderTable::Value> from_environment(TableReader& reader,
                                                                const ProviderKey& key) {
        const std::string name(key.name);
        const auto made = [](auto given) -> std::optional<ProviderTable::Value> {
            if (!given) return std::nullopt;
            return ProviderTable::Value(std::move(*given));
        };
        switch (key.kind) {
            case ProviderKeyKind::flag:
                return made(reader.flag(name));
            case ProviderKeyKind::list:
                return made(reader.list(name));
            default:
                auto text = reader.text(name);
                return text ? std::optional(value_of(name, std::move(*text))) : std::nullopt;
        }
    }

    /// A variable that nothing reads may be a mistyped one, or none of ours: a container's links,
    /// say.
    void check_variables() {
        for (const auto& [name, value] : environment_) {
            const bool ours = name.starts_with(kPrefix) && name != kConfigVariable;
            if (!ours || asked_.contains(name)) continue;
            config_.warnings.push_back(
                {0, "there is no key that this variable would give", core::printable(name)});
        }
    }

    /// Credentials over plain HTTP stay on this machine or behind a proxy that was named.
    void check_plain_http() {
        const auto listen = parse_listen(config_.listen);
        if (config_.tls || !listen || listen->is_local() || !config_.trusted_proxies.empty())
            return;
        reader_.complain("listen",
                         "is open to the network without [tls]: give a certificate, listen on a "
                         "loopback address or a Unix socket, or name trusted_proxies");
    }

    const Environment& environment_;
    ConfigOutcome& outcome_;
    std::set<std::string> asked_;  // of the environment
    std::set<std::string> ids_;    // of providers
    TableReader reader_;
    ServerConfig config_;
};

}  // namespace

ConfigOutcome read_server_config(std::string_view text, const Environment& environment) {
    ConfigOutcome outcome;
    try {
        const toml::table root = toml::parse(text);
        ServerConfig config = ConfigReader(root, environment, outcome).read();
        if (outcome.complaints.empty()) outcome.config = std::move(config);
    } catch (const toml::parse_error& failure) {
        outcome.complaints.push_back(
            {failure.source().begin.line, std::string(failure.description())});
    }
    return outcome;
}

core::Result<std::string> load_config_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open()) {
        return core::unexpected(core::ErrorCode::not_found, "there is no " + path + " to read",
                                "--config FILE");
    }
    std::string text(kLargestConfig + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kLargestConfig) {
        return core::unexpected(core::ErrorCode::usage, path + " is longer than 256 KiB");
    }
    return text;
}

}  // namespace sparekey::sync
