#include "cli/scan/report_text.h"
#include "core/leaks/tokens.h"

#include <map>

namespace sparekey::cli::scan {
namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view kVaultRule = "vault-secret";
constexpr std::string_view kVaultText = "a secret of the vault";

/// A relative or absolute path as a URI reference (RFC 3986).
std::string uri_of(std::string_view path) {
    static constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (kPlain.find(c) != std::string_view::npos) {
            uri += c;
        } else {
            uri += '%';
            uri += kDigits[byte >> 4U];
            uri += kDigits[byte & 15U];
        }
    }
    return uri;
}

std::string_view rule_of(const Leak& leak) {
    return leak.item.empty() ? std::string_view(leak.kind) : kVaultRule;
}

void rules(JsonWriter& json) {
    std::map<std::string_view, std::string_view> all = {{kVaultRule, kVaultText}};
    for (const core::TokenKind& kind : core::token_kinds()) all.emplace(kind.name, kind.about);
    json.key("rules").begin_array();
    for (const auto& [name, about] : all) {
        json.begin_object().field("id", name);
        json.key("shortDescription").begin_object().field("text", about).end_object();
        json.end_object();
    }
    json.end_array();
}

void location(JsonWriter& json, const Leak& leak) {
    json.key("locations").begin_array().begin_object();
    json.key("physicalLocation").begin_object();
    json.key("artifactLocation").begin_object().field("uri", uri_of(leak.path)).end_object();
    json.key("region").begin_object();
    json.field("startLine", static_cast<std::int64_t>(leak.line)).end_object();
    json.end_object().end_object().end_array();
}

void result(JsonWriter& json, const Leak& leak) {
    const std::string about = leak.item.empty()
                                  ? "A well-known kind of secret: " + leak.kind
                                  : "The vault's item " + leak.item + ": " + leak.kind;
    json.begin_object().field("ruleId", rule_of(leak)).field("level", "error");
    json.key("message").begin_object().field("text", about).end_object();
    location(json, leak);
    json.key("partialFingerprints").begin_object();
    json.field("sparekey/v1", leak.fingerprint).end_object();
    json.key("properties").begin_object();
    if (!leak.item.empty()) json.field("item", leak.item);
    json.field("kind", leak.kind);
    if (!leak.commit.empty()) json.field("commit", leak.commit);
    json.end_object().end_object();
}

}  // namespace

core::SecretBytes report_as_sarif(const ShownReport& shown) {
    JsonWriter json;
    json.begin_object().field("$schema", kSchema).field("version", "2.1.0");
    json.key("runs").begin_array().begin_object();
    json.key("tool").begin_object().key("driver").begin_object();
    json.field("name", "sparekey").field("version", SPAREKEY_VERSION);
    rules(json);
    json.end_object().end_object();
    json.key("results").begin_array();
    for (const Leak& leak : shown.report.leaks) result(json, leak);
    json.end_array().end_object().end_array().end_object();
    return json.drain();
}

}  // namespace sparekey::cli::scan
