#include "cli/commands/fallback.h"

#include "cli/commands/items.h"
#include "cli/commands/patch_options.h"
#include "cli/counted.h"
#include "core/generate/generate.h"
#include "core/generate/wordlist.h"

namespace sparekey::cli {
namespace {

constexpr std::size_t kCodeCount = 10;
constexpr std::string_view kCodeSpec = "10,lower+digits";

core::Result<core::GenerateSpec> wanted_spec(const Arguments& arguments,
                                             std::string_view otherwise) {
    const std::string given = arguments.value("--generate").value_or("");
    return core::parse_generate_spec(given.empty() ? otherwise : std::string_view(given));
}

/// Two words and four digits, which every site takes: it says nothing of who has it.
std::string spare_username(core::Random& random) {
    std::string name;
    for (int words = 0; words < 2; ++words) {
        for (const char c : core::word_at(core::uniform_below(core::kWordCount, random))) {
            if (c != '-') name += c;
        }
    }
    return name + std::to_string(1000 + core::uniform_below(9000, random));
}

core::Result<void> add_password(Session& session, const Arguments& arguments,
                                const core::Item& current, core::ItemPatch& patch) {
    if (!current.password.empty()) {
        return core::unexpected(core::ErrorCode::conflict,
                                in_quotes(current.title) + " has a password of its own already",
                                "--type recovery-codes adds codes to it; sparekey edit --generate "
                                "makes a new password");
    }
    if (!patch.username && current.username.empty()) {
        patch.username = spare_username(session.random());
    }
    if (patch.password && !patch.password->empty() && !arguments.has("--generate")) return {};
    SPAREKEY_TRY(const Config config, session.config());
    SPAREKEY_TRY(const core::GenerateSpec spec, wanted_spec(arguments, config.generate_default));
    patch.password = core::generate(spec, session.random());
    return {};
}

core::Result<std::vector<core::SecretText>> typed_codes(Session& session) {
    if (!session.terminal().present()) {
        return core::unexpected(core::ErrorCode::usage, "no recovery codes are given",
                                "--stdin with {\"recovery_codes\":[…]}, or --generate");
    }
    std::vector<core::SecretText> codes;
    for (;;) {
        const std::string number = std::to_string(codes.size() + 1);
        SPAREKEY_TRY(core::SecretText code,
                     session.terminal().ask_secret("Recovery code " + number + " (empty: done): "));
        if (code.empty()) break;
        codes.push_back(std::move(code));
    }
    if (codes.empty())
        return core::unexpected(core::ErrorCode::usage, "no recovery codes are given");
    return codes;
}

/// What is there already stays, and is used up first.
core::Result<void> add_codes(Session& session, const Arguments& arguments,
                             const core::Item& current, core::ItemPatch& patch) {
    std::vector<core::SecretText> added;
    if (patch.recovery_codes) {
        added = std::move(*patch.recovery_codes);
    } else if (arguments.has("--generate")) {
        SPAREKEY_TRY(const core::GenerateSpec spec, wanted_spec(arguments, kCodeSpec));
        while (added.size() < kCodeCount) added.push_back(core::generate(spec, session.random()));
    } else {
        SPAREKEY_TRY(added, typed_codes(session));
    }
    patch.recovery_codes.emplace();
    for (const core::SecretText& code : current.recovery_codes) {
        patch.recovery_codes->push_back(code.clone());
    }
    for (core::SecretText& code : added) patch.recovery_codes->push_back(std::move(code));
    return {};
}

core::Result<void> check_item(const core::Item& item) {
    if (item.type == core::ItemType::login || item.type == core::ItemType::idp_account) return {};
    return core::unexpected(core::ErrorCode::usage,
                            in_quotes(item.title) + " is of the type " +
                                std::string(core::type_name(item.type)) + ": nobody signs in to it",
                            "a fallback is for a login or an idp-account");
}

core::Result<bool> wants_codes(const Arguments& arguments, const core::ItemPatch& patch) {
    const std::string type = arguments.value("--type").value_or("");
    if (type == "recovery-codes") return true;
    if (type.empty() || type == "login") return patch.recovery_codes.has_value() && !patch.password;
    return core::unexpected(core::ErrorCode::usage,
                            "a fallback is a login (user name and password) or recovery-codes");
}

void tell(Session& session, const core::Item& item, bool codes) {
    session.out().note(codes ? in_quotes(item.title) + " has " +
                                   counted(item.recovery_codes.size(), "recovery code")
                             : "now set it at the site: sparekey get shows user name and password "
                               "of " +
                                   in_quotes(item.title));
    session.out().note("then prove that it works: sparekey rehearse");
}

}  // namespace

core::Result<void> add_fallback(Session& session, VaultAccess& access, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id,
                 access.find_item(*arguments.value("--fallback-for"), core::Shelf::live));
    SPAREKEY_TRY(const core::Item current, access.item(id, core::Values::plain));
    SPAREKEY_CHECK(check_item(current));
    SPAREKEY_TRY(core::ItemPatch patch, patch_from_options(session, arguments, current));
    SPAREKEY_TRY(const bool codes, wants_codes(arguments, patch));
    patch.type.reset();
    patch.title.reset();
    if (arguments.positional(0)) {
        session.out().note("the spare is " + in_quotes(current.title) +
                           "'s own: it needs no title of its own");
    }
    SPAREKEY_CHECK(codes ? add_codes(session, arguments, current, patch)
                         : add_password(session, arguments, current, patch));
    SPAREKEY_TRY(const core::Item item, access.edit(id, std::move(patch)));
    if (session.out().json()) {
        report_item(session, item, "");
    } else {
        session.out().line(item.id.text());
        tell(session, item, codes);
    }
    return {};
}

}  // namespace sparekey::cli
