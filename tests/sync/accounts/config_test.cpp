#include "sync/server/config/config.h"

#include "sync/server/config/provider_table.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <fstream>

namespace sparekey::sync {
namespace {

constexpr std::string_view kGood = R"(listen = "127.0.0.1:8443"
public_url = "https://vault.example.org/"
store = "sqlite:/var/lib/sparekey/server.db"
signup = ["domain:example.org", "subject:https://id.example.org#42"]
trusted_proxies = ["10.0.0.0/8", "::1"]
device_code_ttl = 120
[tls]
certificate = "/etc/cert.pem"
key = "/etc/key.pem"
[[provider]]
id = "corp"
name = "Example Corp"
type = "oidc"
issuer = "https://id.example.org"
client_id = "x"
client_secret = "s"
scopes = ["openid"]
)";

/// As a person reads them, and "" if there is none.
std::vector<std::string> complaints(std::string_view text, const Environment& environment = {}) {
    std::vector<std::string> told;
    for (const Complaint& one : read_server_config(text, environment).complaints) {
        const std::string where = one.variable.empty() ? std::to_string(one.line) : one.variable;
        told.push_back(where + ": " + one.what);
    }
    return told;
}

std::string first_complaint(std::string_view text, const Environment& environment = {}) {
    const auto outcome = read_server_config(text, environment);
    if (outcome.complaints.empty()) return "";
    return std::to_string(outcome.complaints[0].line) + ": " + outcome.complaints[0].what;
}

std::string with(std::string_view line) {
    return "public_url = \"https://a.example\"\nstore = \"sqlite:/x\"\n" + std::string(line) + "\n";
}

}  // namespace

TEST_CASE("a whole configuration is read", "[sync][config]") {
    const auto outcome = read_server_config(kGood, {});
    REQUIRE(outcome.config);
    CHECK(outcome.config->settings.origin == "https://vault.example.org");
    CHECK(outcome.config->settings.sign_up.kind == SignUpPolicy::Kind::list);
    CHECK(outcome.config->settings.sign_up.domains == std::vector<std::string>{"example.org"});
    CHECK(outcome.config->settings.sign_up.subjects.at(0).subject == "42");
    CHECK(outcome.config->settings.device_code_ms == 120'000);
    CHECK(outcome.config->tls->key == "/etc/key.pem");
    REQUIRE(outcome.config->providers.size() == 1);
    CHECK(std::get<core::SecretText>(outcome.config->providers[0].values.at("client_secret"))
              .expose() == "s");
    CHECK(outcome.config->warnings.empty());
}

TEST_CASE("every mistake is told with its line", "[sync][config]") {
    CHECK(first_complaint(with("")) == "");
    CHECK(first_complaint(with("lissten = \"x\"")) == "3: there is no key \"lissten\"");
    CHECK(first_complaint(with("signup = \"maybe\"")).starts_with("3: signup has to be"));
    CHECK(first_complaint(with("signup = [\"example.org\"]")).starts_with("3: signup is wrong"));
    CHECK(first_complaint(with("listen = \"8443\"")).starts_with("3: listen has to be"));
    CHECK(first_complaint(with("listen = \"0.0.0.0:8443\"")).find("without [tls]") !=
          std::string::npos);
    CHECK(
        first_complaint(with("device_code_ttl = -1")).starts_with("3: device_code_ttl has to be"));
    CHECK(first_complaint(with("trusted_proxies = [\"proxy\"]")).starts_with("3: trusted_proxies"));
    CHECK(first_complaint(with("log_level = 3")).starts_with("3: log_level has to be text"));
    CHECK(first_complaint(with("listen = ")).starts_with("3: "));
    CHECK(first_complaint(with("[tls]\ncertificate = \"c\"")).find("key is missing") !=
          std::string::npos);
    CHECK(first_complaint("store = \"sqlite:/x\"").find("public_url is missing") !=
          std::string::npos);
    CHECK(first_complaint("public_url = \"http://a.example\"\nstore = \"sqlite:/x\"")
              .starts_with("1: public_url has to be https"));
    CHECK(first_complaint("public_url = \"https://a.example/path\"\nstore = \"sqlite:/x\"")
              .starts_with("1: public_url"));
}

TEST_CASE("a mistake of the environment is told with its variable", "[sync][config]") {
    using Told = std::vector<std::string>;
    const auto told = [](const std::string& name, const std::string& value) {
        return complaints(std::string(kGood), {{"SPAREKEY_SERVER_" + name, value}});
    };
    CHECK(told("LISTEN", "8443") ==
          Told{"SPAREKEY_SERVER_LISTEN: listen has to be \"ADDRESS:PORT\" or \"unix:/PATH\""});
    CHECK(told("STORE_FILE", "/nowhere") ==
          Told{"SPAREKEY_SERVER_STORE_FILE: store_file names /nowhere, which cannot be read",
               "SPAREKEY_SERVER_STORE_FILE: store is missing: \"sqlite:/PATH\" or "
               "\"postgresql://…\""});
    CHECK(told("PROVIDER_CORP_ASSUME_PKCE", "maybe")
              .at(0)
              .starts_with("SPAREKEY_SERVER_PROVIDER_CORP_ASSUME_PKCE: assume_pkce has to be"));
    const std::string unknown = ": there is no key that this variable would give";
    for (const char* name : {"LISTENN", "PROVIDER_CROP_CLIENT_ID", "TLS_KEYS", "LOG_LEVEL_FILES"}) {
        const std::string variable = "SPAREKEY_SERVER_" + std::string(name);
        const auto outcome = read_server_config(kGood, {{variable, "x"}});
        REQUIRE(outcome.config);
        REQUIRE(outcome.config->warnings.size() == 1);
        const Complaint& warning = outcome.config->warnings.front();
        CHECK(warning.variable + ": " + warning.what == variable + unknown);
    }
    CHECK(told("CONFIG", "/elsewhere").empty());
    CHECK(
        complaints(with("[tls]\nkey = \"k\""), {{"SPAREKEY_SERVER_TLS_CERTIFICATE", "c"}}).empty());
    CHECK(complaints(with(""), {{"SPAREKEY_SERVER_TLS_KEY", "k"}}).at(0) ==
          "0: certificate is missing in [tls]");
}

TEST_CASE("a mistake is told once, in a sentence, at its own line", "[sync][config]") {
    using Told = std::vector<std::string>;
    CHECK(complaints(with("signup = 5")) == Told{"3: signup has to be text or a list of texts"});
    CHECK(complaints(with("[[provider]]\nid = \"a\"\n\n[[provider]]\nid = \"a\"")) ==
          Told{"7: provider: id \"a\" belongs to another provider already"});
    CHECK(complaints(with("[[provider]]\nid = \"a\"\nclient_secret = \"s\"\n"
                          "client_secret_file = \"f\"")) ==
          Told{"5: client_secret and client_secret_file are both given"});
    CHECK(complaints("store = \"sqlite:/x\"").at(0).starts_with("0: public_url is missing"));

    const auto of_provider = [](const std::string& lines) {
        auto outcome = read_server_config(with("[[provider]]\n" + lines), {});
        REQUIRE(outcome.config);
        std::vector<Complaint> found;
        CHECK_FALSE(provider_config(outcome.config->providers.at(0), found));
        REQUIRE(found.size() == 1);
        return std::to_string(found[0].line) + ": " + found[0].what;
    };
    CHECK(of_provider("id = \"a\"\ntype = \"oauth2\"\nclient_id = \"x\"") ==
          "3: provider: authorization_endpoint is missing, and type \"oauth2\" needs it");
    CHECK(of_provider("id = \"a b\"\nissuer = \"https://i.example\"\nclient_id = \"x\"")
              .starts_with("4: provider: id is wrong: 1 to 32 letters"));
}

TEST_CASE("what is listened at is an address, also where it was written as a name",
          "[sync][config]") {
    const auto listen = [](const std::string& text) {
        const auto outcome = read_server_config(
            with("listen = \"" + text + "\"\nmetrics_listen = \"" + text + "\""), {});
        REQUIRE(outcome.config);
        CHECK(outcome.config->metrics_listen == outcome.config->listen);
        return outcome.config->listen;
    };
    CHECK(listen("localhost:39147") == "127.0.0.1:39147");
    CHECK(listen("[::1]:80") == "[::1]:80");
    CHECK(listen("unix:/run/socket") == "unix:/run/socket");
    const auto off = read_server_config(with("metrics_listen = \"\""), {});
    REQUIRE(off.config);
    CHECK(off.config->metrics_listen.empty());
}

TEST_CASE("several mistakes are told at once", "[sync][config]") {
    CHECK(read_server_config("listen = 1\nstore = 2\npublic_url = 3\nother = 4", {})
              .complaints.size() >= 4);
}

TEST_CASE("the environment goes over the file, and a secret may lie in a file of its own",
          "[sync][config]") {
    char path[] = "/tmp/sparekey-config-XXXXXX";
    const int descriptor = ::mkstemp(path);
    REQUIRE(descriptor >= 0);
    std::ofstream(path) << "hidden\n";
    const auto outcome = read_server_config(
        std::string(kGood).replace(kGood.find("client_secret = \"s\""), 19,
                                   "client_secret_file = \"" + std::string(path) + "\""),
        {{"SPAREKEY_SERVER_LISTEN", "[::1]:1"},
         {"SPAREKEY_SERVER_TLS_KEY", "/other"},
         {"SPAREKEY_SERVER_PROVIDER_CORP_CLIENT_ID", "y"}});
    std::remove(path);
    REQUIRE(outcome.config);
    CHECK(outcome.config->listen == "[::1]:1");
    CHECK(outcome.config->tls->key == "/other");
    const auto& provider = outcome.config->providers.at(0).values;
    CHECK(std::get<core::SecretText>(provider.at("client_secret")).expose() == "hidden");
    CHECK(std::get<std::string>(provider.at("client_id")) == "y");
    CHECK(first_complaint(with("store_file = \"/nowhere\"")).find("both given") !=
          std::string::npos);
}

TEST_CASE("a list in the environment may be written as in the file", "[sync][config]") {
    using Networks = std::size_t;
    const auto networks = [](const std::string& text) -> std::optional<Networks> {
        const auto outcome = read_server_config(kGood, {{"SPAREKEY_SERVER_TRUSTED_PROXIES", text}});
        if (!outcome.config) return std::nullopt;
        return outcome.config->trusted_proxies.size();
    };
    CHECK(networks(R"(["10.0.0.1", "10.0.1.0/24"])") == 2);
    CHECK(networks("10.0.0.1, 10.0.1.0/24") == 2);
    CHECK(networks("[]") == 0);
    CHECK_FALSE(networks(R"(["10.0.0.1")"));
    CHECK_FALSE(networks(R"([1])"));
    const auto invited =
        read_server_config(kGood, {{"SPAREKEY_SERVER_SIGNUP", R"(["domain:example.org"])"}});
    REQUIRE(invited.config);
    CHECK(invited.config->settings.sign_up.kind == SignUpPolicy::Kind::list);
}

TEST_CASE("a provider's keys may be given by the environment alone", "[sync][config]") {
    char path[] = "/tmp/sparekey-config-XXXXXX";
    REQUIRE(::mkstemp(path) >= 0);
    std::ofstream(path) << "hidden\n";
    const auto outcome = read_server_config(
        with("[[provider]]\nid = \"corp\"\n[[provider]]\nid = \"corp-2\"\nclient_id = \"two\""),
        {{"SPAREKEY_SERVER_PROVIDER_CORP_TYPE", "entra"},
         {"SPAREKEY_SERVER_PROVIDER_CORP_CLIENT_ID", "one"},
         {"SPAREKEY_SERVER_PROVIDER_CORP_CLIENT_SECRET_FILE", path},
         {"SPAREKEY_SERVER_PROVIDER_CORP_TENANT", "a, b"},
         {"SPAREKEY_SERVER_PROVIDER_CORP_ALLOW_PRIVATE_ADDRESS", "true"},
         {"SPAREKEY_SERVER_PROVIDER_CORP_2_CLIENT_SECRET", "second"}});
    std::remove(path);
    REQUIRE(outcome.config);
    const auto& first = outcome.config->providers.at(0).values;
    CHECK(std::get<std::string>(first.at("type")) == "entra");
    CHECK(std::get<std::string>(first.at("client_id")) == "one");
    CHECK(std::get<core::SecretText>(first.at("client_secret")).expose() == "hidden");
    CHECK(std::get<std::vector<std::string>>(first.at("tenant")) ==
          std::vector<std::string>{"a", "b"});
    CHECK(std::get<bool>(first.at("allow_private_address")));
    CHECK(first.size() == 6);
    const auto& second = outcome.config->providers.at(1).values;
    CHECK(std::get<std::string>(second.at("client_id")) == "two");
    CHECK(std::get<core::SecretText>(second.at("client_secret")).expose() == "second");
    CHECK(second.size() == 3);
}

TEST_CASE("who may sign up may be said by the environment, as a word or as entries",
          "[sync][config]") {
    const auto read = [](const std::string& value) {
        const auto outcome = read_server_config(with(""), {{"SPAREKEY_SERVER_SIGNUP", value}});
        REQUIRE(outcome.config);
        return outcome.config->settings.sign_up;
    };
    CHECK(read("closed").kind == SignUpPolicy::Kind::closed);
    CHECK(read("domain:a.example").domains == std::vector<std::string>{"a.example"});
    const SignUpPolicy both = read("domain:a.example, subject:https://id.example#7");
    CHECK(both.domains == std::vector<std::string>{"a.example"});
    CHECK(both.subjects.at(0).subject == "7");
    CHECK(first_complaint(with(""), {{"SPAREKEY_SERVER_SIGNUP", "maybe"}}).find("signup has") !=
          std::string::npos);
}

TEST_CASE("a flag that the environment spoils is told", "[sync][config]") {
    const std::string text = std::string(kGood) + "allow_private_address = true\n";
    CHECK(first_complaint(text, {{"SPAREKEY_SERVER_PROVIDER_CORP_ALLOW_PRIVATE_ADDRESS", "maybe"}})
              .find("true or false") != std::string::npos);
}

TEST_CASE("no provider is a warning, not a mistake", "[sync][config]") {
    const auto outcome = read_server_config(with(""), {});
    REQUIRE(outcome.config);
    CHECK(outcome.config->warnings.size() == 1);
}

}  // namespace sparekey::sync
