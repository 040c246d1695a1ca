#include "cli/clipboard/clipboard.h"
#include "cli/commands/commands.h"
#include "cli/commands/fields.h"
#include "cli/commands/items.h"
#include "cli/formats/item_json.h"
#include "cli/libexec.h"

namespace sparekey::cli {
namespace {

/// What a version 40 code holds in byte mode at level M (ISO/IEC 18004, table 7).
constexpr std::size_t kMostQrBytes = 2331;
/// So few unused recovery codes are a reason to say so.
constexpr std::size_t kFewCodes = 2;

core::Result<void> print_qr(Session& session, const core::SecretText& value) {
    if (value.size() > kMostQrBytes) {
        return core::unexpected(core::ErrorCode::failed,
                                "the value is too long for a QR code: at most 2,331 bytes");
    }
    if (session.out().json()) {
        return core::unexpected(core::ErrorCode::usage, "--qr draws a picture, which is no JSON");
    }
    SPAREKEY_TRY(const core::SecretText picture,
                 run_helper("sparekey-qr", {session.out().colour() ? "--terminal" : "--plain"},
                            value.expose()));
    session.out().raw(picture.expose());
    return {};
}

core::Result<void> print_value(Session& session, const std::string& field,
                               const core::SecretText& value, const Arguments& arguments) {
    if (arguments.has("--qr")) return print_qr(session, value);
    if (!session.out().json()) {
        session.out().value(value.expose());
        return {};
    }
    JsonWriter json;
    json.begin_object().field("field", field).field("value", value.expose()).end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
    return {};
}

void tell_copied(Session& session, std::uint64_t seconds) {
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field_bool("copied", true).key("clears_in");
        if (seconds == 0) {
            json.null();
        } else {
            json.number(static_cast<std::int64_t>(seconds));
        }
        json.end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else if (seconds == 0) {
        session.out().note("copied; it stays in the clipboard");
    } else {
        session.out().note("copied; cleared in " + std::to_string(seconds) + " s");
    }
}

/// Takes the code that was handed out off the item, and says when new ones are wanted.
core::Result<void> use_code(Session& session, VaultAccess& access, const core::RecordId& id) {
    SPAREKEY_CHECK(access.use_recovery_code(id));
    SPAREKEY_TRY(const core::Item item, access.item(id, core::Values::concealed));
    const std::size_t left = item.recovery_codes.size();
    if (left > kFewCodes) return {};
    session.out().warn((left == 0   ? "that was the last recovery code"
                        : left == 1 ? "one recovery code is left"
                                    : std::to_string(left) + " recovery codes are left") +
                       std::string(": get new ones from the site; sparekey add --fallback-for ITEM "
                                   "--type recovery-codes keeps them"));
    return {};
}

core::Result<void> copy_field(Session& session, VaultAccess& access, const core::RecordId& id,
                              const std::string& field, const Arguments& arguments) {
    const bool uses_code = field == "recovery-code" && !arguments.has("--peek");
    SPAREKEY_TRY(const Config settings, session.config());
    SPAREKEY_TRY(const core::SecretText value, access.field(id, field, Use::copy));
    SPAREKEY_CHECK(clipboard::put(value, settings.clipboard, session.random()));
    if (uses_code) SPAREKEY_CHECK(use_code(session, access, id));
    tell_copied(session, settings.clipboard.timeout_s);
    return {};
}

core::Result<void> print_field(Session& session, VaultAccess& access, const core::RecordId& id,
                               const std::string& field, const Arguments& arguments) {
    const bool uses_code = field == "recovery-code" && !arguments.has("--peek");
    SPAREKEY_TRY(const core::SecretText value, access.field(id, field, Use::reveal));
    SPAREKEY_CHECK(print_value(session, field, value, arguments));
    // Once it was seen: a code that never reached anybody is not used up.
    if (uses_code) SPAREKEY_CHECK(use_code(session, access, id));
    return {};
}

core::Result<void> run_get(Session& session, const Arguments& arguments) {
    if (arguments.has("--copy") && (arguments.has("--qr") || arguments.has("--reveal"))) {
        return core::unexpected(core::ErrorCode::usage, "--copy shows nothing",
                                "leave out --qr and --reveal");
    }
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    const auto field = arguments.positional(1);
    if (arguments.has("--copy")) {
        return copy_field(session, *access, id, field.value_or("password"), arguments);
    }
    if (field) return print_field(session, *access, id, *field, arguments);
    if (arguments.has("--qr")) return print_field(session, *access, id, "password", arguments);
    SPAREKEY_TRY(const core::Item item, access->item(id, shown_values(session, arguments)));
    if (session.out().json()) {
        JsonWriter json;
        write_item(json, item, Secrets::with);
        session.out().raw(json.expose());
        session.out().raw("\n");
        return {};
    }
    print_item(session.out(), item);
    return {};
}

}  // namespace

CommandSpec commands::get() {
    return {
        "get",
        "show an item, or print one field's value",
        {{"QUERY", "the item: id, title, title/username, or part of a title, user name, host, tag"},
         {"[FIELD]",
          "password, username, totp (the code), totp-seed, url, notes, title, recovery-code, or "
          "a custom field's name",
          false}},
        {{"--reveal", "", "show secret values on a terminal too"},
         {"--copy", "", "into the clipboard (the password, if no FIELD is named), cleared later"},
         {"--qr", "", "the value as a QR code (the password, if no FIELD is named)"},
         {"--peek", "", "leave the recovery code unused"}},
        run_get,
        "",
        "--copy uses wl-copy under Wayland, else xclip, else xsel, and clears the clipboard after "
        "30 "
        "s\nif it still holds what was copied. In config.toml: [clipboard] timeout = \"30s\" "
        "(\"0\": never),\ncommand = \"PROGRAM\" (gets the text on its stdin), osc52 = true (the "
        "terminal's own clipboard,\nover SSH too; in tmux by tmux). With these two it is cleared "
        "whatever it then holds."};
}

}  // namespace sparekey::cli
