#include "sync/server/config/config.h"

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
