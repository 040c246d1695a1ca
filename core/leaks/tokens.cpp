#include "core/leaks/tokens.h"

#include "core/leaks/structured_tokens.h"
#include "core/leaks/token_text.h"
#include "core/vault/paper_shapes.h"

#include <algorithm>

namespace sparekey::core {
namespace {

/// `Size` characters after the mark, not one more, between what is no word.
template <Alphabet Characters, std::size_t MarkSize, std::size_t Least, std::size_t Most = Least>
std::string_view find_plain(std::string_view text, std::size_t at) {
    const std::size_t size = run_length(text, at + MarkSize, Characters);
    if (!begins_word(text, at) || size < Least || size > Most) return {};
    if (!ends_word(text, at + MarkSize + size)) return {};
    if (!looks_random(text.substr(at + MarkSize, size))) return {};
    return text.substr(at, MarkSize + size);
}

/// "ghp_" or "npm_", 30 random characters and their checksum.
std::string_view find_checked(std::string_view text, std::size_t at) {
    const std::string_view token = find_plain<Alphabet::alphanumeric, 4, 36>(text, at);
    return !token.empty() && has_base62_checksum(token.substr(4)) ? token : std::string_view();
}

std::string_view find_github_pat(std::string_view text, std::size_t at) {
    constexpr std::size_t kMark = 11, kFirst = 22, kSecond = 59;
    if (!begins_word(text, at) || run_length(text, at + kMark, Alphabet::alphanumeric) != kFirst ||
        text.size() <= at + kMark + kFirst || text[at + kMark + kFirst] != '_') {
        return {};
    }
    const std::size_t second = at + kMark + kFirst + 1;
    if (run_length(text, second, Alphabet::alphanumeric) != kSecond ||
        !ends_word(text, second + kSecond) || !looks_random(text.substr(second, kSecond))) {
        return {};
    }
    return text.substr(at, second + kSecond - at);
}

/// xoxb-, xoxp- … then numbers and a random part, between hyphens.
std::string_view find_slack(std::string_view text, std::size_t at) {
    constexpr std::size_t kMark = 3;  // and one letter, and a hyphen
    if (!begins_word(text, at) || text.size() < at + kMark + 2 ||
        std::string_view("abeoprs").find(text[at + kMark]) == std::string_view::npos ||
        text[at + kMark + 1] != '-') {
        return {};
    }
    const std::size_t body = at + kMark + 2;
    const std::size_t size = run_length(text, body, Alphabet::base64url);
    const std::string_view token = text.substr(body, size);
    const std::string_view last = token.substr(token.rfind('-') + 1);
    if (size > 250 || last.size() < 20 ||
        run_length(last, 0, Alphabet::alphanumeric) != last.size() ||
        token.find_first_of("0123456789") != 0 || !looks_random(last)) {
        return {};
    }
    return text.substr(at, kMark + 2 + size);
}

/// https://hooks.slack.com/services/T…/B…/24 characters
std::string_view find_slack_webhook(std::string_view text, std::size_t at) {
    constexpr std::size_t kMark = 25;
    std::size_t end = at + kMark;
    for (const char first : {'T', 'B'}) {
        const std::size_t size = run_length(text, end, Alphabet::upper_alphanumeric);
        if (size < 9 || size > 12 || text[end] != first || text.size() <= end + size ||
            text[end + size] != '/') {
            return {};
        }
        end += size + 1;
    }
    if (run_length(text, end, Alphabet::alphanumeric) != 24 ||
        !looks_random(text.substr(end, 24))) {
        return {};
    }
    return text.substr(at, end + 24 - at);
}

/// "SG." 22 "." 43
std::string_view find_sendgrid(std::string_view text, std::size_t at) {
    constexpr std::size_t kMark = 3, kFirst = 22, kSecond = 43;
    const std::size_t dot = at + kMark + kFirst;
    if (!begins_word(text, at) || run_length(text, at + kMark, Alphabet::base64url) != kFirst ||
        text.size() <= dot || text[dot] != '.' ||
        run_length(text, dot + 1, Alphabet::base64url) != kSecond ||
        !looks_random(text.substr(dot + 1, kSecond))) {
        return {};
    }
    return text.substr(at, kMark + kFirst + 1 + kSecond);
}

/// OpenAI's have this in their middle.
std::string_view find_openai(std::string_view text, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && at - begin < 160 && belongs(text[begin - 1], Alphabet::base64url)) --begin;
    const std::string_view before = text.substr(begin, at - begin);
    const std::size_t after = run_length(text, at + 8, Alphabet::base64url);
    if (!before.starts_with("sk-") || before.size() < 23 || after < 20 || after > 160 ||
        !looks_random(before.substr(3))) {
        return {};
    }
    return text.substr(begin, at + 8 + after - begin);
}

/// Hugging Face's have letters alone, of both cases.
std::string_view find_hugging_face(std::string_view text, std::size_t at) {
    const std::string_view token = find_plain<Alphabet::alphanumeric, 3, 34>(text, at);
    const auto upper =
        std::count_if(token.begin(), token.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    const auto lower =
        std::count_if(token.begin(), token.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    return upper >= 5 && lower >= 5 ? token : std::string_view();
}

/// Azure's key of a storage account: base64 of 64 bytes.
std::string_view find_azure(std::string_view text, std::size_t at) {
    constexpr std::size_t kMark = 11, kSize = 88;
    const std::string_view key = text.substr(std::min(text.size(), at + kMark), kSize);
    if (!from_base64(key) || key.size() != kSize || !looks_random(key)) return {};
    return text.substr(at, kMark + kSize);
}

/// The identifier of a key, without which AWS's secret half is of no use.
std::string_view find_aws(std::string_view text, std::size_t at) {
    return find_plain<Alphabet::base32, 4, 16>(text, at);
}

/// A code as this program writes it down: groups of five with a checksum.
template <const CodeShape& Shape>
std::string_view find_paper_code(std::string_view text, std::size_t at) {
    const std::size_t groups = (Shape.size + kCheckSymbols) / kCodeGroup;
    const std::string_view code = text.substr(at, Shape.prefix.size() + groups * (1 + kCodeGroup));
    if (!begins_word(text, at) || !ends_word(text, at + code.size())) return {};
    for (std::size_t i = Shape.prefix.size(); i < code.size(); i += 1 + kCodeGroup) {
        if (code[i] != '-') return {};
    }
    return read_code(Shape, code) ? code : std::string_view();
}

using A = Alphabet;
constexpr std::string_view kPrivateKey = "private-key";
constexpr std::string_view kGitHub = "github-token";
constexpr std::string_view kGitLab = "gitlab-token";
constexpr std::string_view kStripe = "stripe-key";
constexpr std::string_view kDigitalOcean = "digitalocean-token";

constexpr TokenKind kKinds[] = {
    {kPrivateKey, "a private key", "-----BEGIN ", find_private_key},
    {kPrivateKey, "a private key", "PuTTY-User-Key-File-", find_putty_key},
    {"jwt", "a signed JSON Web Token", "eyJ", find_jwt},
    {kGitHub, "a GitHub token", "ghp_", find_checked},
    {kGitHub, "a GitHub token", "gho_", find_checked},
    {kGitHub, "a GitHub token", "ghu_", find_checked},
    {kGitHub, "a GitHub token", "ghs_", find_checked},
    {kGitHub, "a GitHub token", "ghr_", find_checked},
    {kGitHub, "a GitHub token", "github_pat_", find_github_pat},
    {kGitLab, "a GitLab token", "glpat-", find_plain<A::base64url, 6, 20, 22>},
    {kGitLab, "a GitLab token", "gldt-", find_plain<A::base64url, 5, 20, 22>},
    {kGitLab, "a GitLab token", "glrt-", find_plain<A::base64url, 5, 20, 22>},
    {"aws-access-key", "an AWS access key", "AKIA", find_aws},
    {"google-api-key", "a Google API key", "AIza", find_plain<A::base64url, 4, 35>},
    {"google-client-secret", "a Google client secret", "GOCSPX-", find_plain<A::base64url, 7, 28>},
    {"azure-storage-key", "an Azure storage key", "AccountKey=", find_azure},
    {kDigitalOcean, "a DigitalOcean token", "dop_v1_", find_plain<A::lower_hex, 7, 64>},
    {kDigitalOcean, "a DigitalOcean token", "doo_v1_", find_plain<A::lower_hex, 7, 64>},
    {kDigitalOcean, "a DigitalOcean token", "dor_v1_", find_plain<A::lower_hex, 7, 64>},
    {"slack-token", "a Slack token", "xox", find_slack},
    {"slack-webhook", "a Slack webhook", "hooks.slack.com/services/", find_slack_webhook},
    {kStripe, "a Stripe key", "sk_live_", find_plain<A::alphanumeric, 8, 24, 247>},
    {kStripe, "a Stripe key", "rk_live_", find_plain<A::alphanumeric, 8, 24, 247>},
    {"npm-token", "an npm token", "npm_", find_checked},
    {"pypi-token", "a PyPI token", "pypi-AgEIcHlwaS5vcmc", find_plain<A::base64url, 20, 50, 1000>},
    {"docker-hub-token", "a Docker Hub token", "dckr_pat_", find_plain<A::base64url, 9, 27>},
    {"vault-token", "a HashiCorp Vault token", "hvs.", find_plain<A::base64url, 4, 90, 120>},
    {"sendgrid-key", "a SendGrid key", "SG.", find_sendgrid},
    {"openai-key", "an OpenAI key", "T3BlbkFJ", find_openai},
    {"anthropic-key", "an Anthropic key", "sk-ant-", find_plain<A::base64url, 7, 80, 120>},
    {"hugging-face-token", "a Hugging Face token", "hf_", find_hugging_face},
    {"shopify-token", "a Shopify token", "shpat_", find_plain<A::lower_hex, 6, 32>},
    {"sparekey-secret-key", "a Secret Key of Sparekey", "SK-", find_paper_code<kSecretKeyShape>},
    {"sparekey-recovery-code", "a recovery code of Sparekey", "RC-",
     find_paper_code<kRecoveryCodeShape>},
    {"sparekey-kit-share", "a share of an Emergency Kit", "KS-", find_paper_code<kKitShareShape>},
    {"age-key", "an age secret key", "AGE-SECRET-KEY-1", find_plain<A::upper_alphanumeric, 16, 58>},
};

}  // namespace

std::span<const TokenKind> token_kinds() {
    return kKinds;
}

}  // namespace sparekey::core
