// The several ways in which KeePass and its plug-ins keep one-time codes.
#include "cli/formats/keepass_entry.h"
#include "core/otp/otp.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

using core::SecretText;

/// One way: the key of its secret, and the keys of its settings.
struct Way {
    std::string_view secret;
    std::array<std::string_view, 3> settings;
    core::Result<SecretText> (*read)(const KeepassStrings&, const Way&);
};

std::string_view value_of(const KeepassStrings& strings, std::string_view key) {
    for (const KeepassString& string : strings) {
        if (string.key == key) return string.value.expose();
    }
    return {};
}

void append_parameter(core::SecretBuilder& uri, std::string_view name, std::string_view value) {
    if (!value.empty()) uri.append("&" + std::string(name) + "=" + std::string(value));
}

void append_base32(core::SecretBuilder& uri, std::string_view base32) {
    for (const char c : base32) {
        if (c != ' ' && c != '=') uri.append(c);
    }
}

core::Result<SecretText> read_otp(const KeepassStrings& strings, const Way& way) {
    return SecretText::copy_of(value_of(strings, way.secret));
}

/// KeeTrayTOTP: "30;6", or "30;S" for Steam.
core::Result<SecretText> read_tray(const KeepassStrings& strings, const Way& way) {
    const std::string_view settings = value_of(strings, way.settings[0]);
    const auto semicolon = settings.find(';');
    const std::string_view digits =
        semicolon == std::string_view::npos ? "" : settings.substr(semicolon + 1);
    core::SecretBuilder uri;
    uri.append("otpauth://totp/?secret=");
    append_base32(uri, value_of(strings, way.secret));
    append_parameter(uri, "period", settings.substr(0, semicolon));
    if (digits.starts_with("S")) {
        uri.append("&encoder=steam");
    } else {
        append_parameter(uri, "digits", digits.substr(0, digits.find(';')));
    }
    return SecretText(std::move(uri).take());
}

/// The secret as base32, from what the end of its key says that it is.
core::Result<SecretText> base32_secret(std::string_view key, std::string_view text) {
    if (key.ends_with("-Base32")) return SecretText::copy_of(text);
    std::optional<core::Bytes> bytes;
    if (key.ends_with("-Hex")) {
        bytes = core::from_hex(text);
    } else if (key.ends_with("-Base64")) {
        bytes = core::from_base64(text);
    } else {
        const core::ByteView view = core::bytes_of(text);
        bytes.emplace(view.begin(), view.end());
    }
    if (!bytes) {
        return core::unexpected(core::ErrorCode::usage,
                                "the one-time code's secret cannot be used: it is not as its name "
                                "says");
    }
    std::string base32 = core::to_base32(*bytes);
    core::wipe(*bytes);
    SecretText secret = SecretText::copy_of(base32);
    core::wipe({reinterpret_cast<std::uint8_t*>(base32.data()), base32.size()});
    return secret;
}

/// KeePass 2.47 and later.
core::Result<SecretText> read_native(const KeepassStrings& strings, const Way& way) {
    SPAREKEY_TRY(const SecretText secret, base32_secret(way.secret, value_of(strings, way.secret)));
    const bool timed = way.secret.starts_with("TimeOtp");
    core::SecretBuilder uri;
    uri.append(timed ? "otpauth://totp/?secret=" : "otpauth://hotp/?secret=");
    append_base32(uri, secret.expose());
    const std::array<std::string_view, 3> names = {timed ? "algorithm" : "counter", "digits",
                                                   "period"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        append_parameter(uri, names[i], value_of(strings, way.settings[i]));
    }
    return SecretText(std::move(uri).take());
}

constexpr std::array<std::string_view, 3> kTimed = {"TimeOtp-Algorithm", "TimeOtp-Length",
                                                    "TimeOtp-Period"};
constexpr std::array<std::string_view, 3> kCounted = {"HmacOtp-Counter", "", ""};
constexpr std::array kWays = {
    Way{"otp", {}, read_otp},
    Way{"TOTP Seed", {"TOTP Settings", "", ""}, read_tray},
    Way{"TimeOtp-Secret-Base32", kTimed, read_native},
    Way{"TimeOtp-Secret-Base64", kTimed, read_native},
    Way{"TimeOtp-Secret-Hex", kTimed, read_native},
    Way{"TimeOtp-Secret", kTimed, read_native},
    Way{"HmacOtp-Secret-Base32", kCounted, read_native},
    Way{"HmacOtp-Secret-Base64", kCounted, read_native},
    Way{"HmacOtp-Secret-Hex", kCounted, read_native},
    Way{"HmacOtp-Secret", kCounted, read_native},
};

void take(KeepassOtp& otp, SecretText text, const Way& way) {
    otp.text = std::move(text);
    otp.consumed.insert(std::string(way.secret));
    for (const std::string_view key : way.settings) {
        if (!key.empty()) otp.consumed.insert(std::string(key));
    }
}

void try_way(KeepassOtp& otp, const KeepassStrings& strings, const Way& way) {
    if (value_of(strings, way.secret).empty()) return;
    const auto keep = [&](std::string reason) {
        otp.reasons.emplace_back(std::string(way.secret), std::move(reason));
    };
    if (!otp.text.empty()) {
        keep("an item has one one-time code");
        return;
    }
    auto text = way.read(strings, way);
    if (!text) {
        keep(text.error().message);
        return;
    }
    const auto spec = core::parse_otp(text->expose());
    if (spec) {
        take(otp, std::move(*text), way);
    } else if (way.secret != "otp") {
        keep(spec.error().message);
    }
}

}  // namespace

KeepassOtp keepass_otp(const KeepassStrings& strings) {
    KeepassOtp otp;
    for (const Way& way : kWays) try_way(otp, strings, way);
    const std::string_view given = value_of(strings, "otp");
    if (given.empty() || otp.consumed.count("otp") > 0) return otp;
    // Unreadable: alone, it goes on as it is, and the import makes a field "totp" of it.
    if (otp.text.empty()) {
        otp.text = SecretText::copy_of(given);
        otp.consumed.insert("otp");
    } else {
        otp.reasons.emplace_back("otp", "it cannot be read as a one-time code");
    }
    return otp;
}

bool is_keepass_otp(std::string_view key) {
    return std::any_of(kWays.begin(), kWays.end(), [&](const Way& way) {
        return key == way.secret ||
               (!key.empty() &&
                std::find(way.settings.begin(), way.settings.end(), key) != way.settings.end());
    });
}

}  // namespace sparekey::cli
