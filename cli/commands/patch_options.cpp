#include "cli/commands/patch_options.h"

#include "cli/commands/ssh_key_options.h"
#include "cli/formats/item_json.h"
#include "core/generate/generate.h"
#include "core/lockout/facts.h"
#include "core/model/identity.h"
#include "core/otp/otp.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

/// A whole item as JSON, its escapes included.
constexpr std::size_t kLargestPatch = std::size_t{2} << 20;

using Texts = std::vector<std::string>;

/// `base` and then `added` without what is there already, less `removed`; nothing if that changes
/// nothing.
std::optional<Texts> changed_set(const Texts& base, const Texts& added, const Texts& removed) {
    if (added.empty() && removed.empty()) return std::nullopt;
    Texts all = base;
    for (const std::string& text : added) {
        if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
    }
    std::erase_if(all, [&](const std::string& text) {
        return std::find(removed.begin(), removed.end(), text) != removed.end();
    });
    return all;
}

core::Result<Texts> identities(const Texts& given) {
    Texts normalized;
    for (const std::string& text : given) {
        SPAREKEY_TRY(std::string identity, core::normalize_identity(text));
        normalized.push_back(std::move(identity));
    }
    return normalized;
}

/// A device is had, neither signed in with nor held by an account: there it opens nothing.
void warn_of_devices(Session& session, const Texts& given, std::string_view option) {
    for (const std::string& identity : given) {
        if (!core::is_device(identity)) continue;
        session.out().warn(std::string(option) + " is for accounts: " + identity +
                           " counts as none there; --second-factor says where a code comes from");
    }
}

bool has_field(const std::vector<core::CustomField>& fields, std::string_view name,
               std::string_view value) {
    return std::any_of(fields.begin(), fields.end(), [&](const core::CustomField& field) {
        return field.name == name && field.value.expose() == value;
    });
}

core::Result<void> add_identity_fields(Session& session, const Arguments& arguments,
                                       const core::Item& current, core::ItemPatch& patch) {
    if (!arguments.has("--identity") && !arguments.has("--second-factor")) return {};
    if (!patch.fields) patch.fields = current.clone().fields;
    struct Fact {
        std::string_view option;
        std::string_view name;
    };
    for (const Fact fact : {Fact{"--identity", core::kIdentityField},
                            Fact{"--second-factor", core::kSecondFactorField}}) {
        const Texts& values = arguments.values(fact.option);
        SPAREKEY_TRY(const Texts given, identities(values));
        if (fact.name == core::kIdentityField) warn_of_devices(session, given, fact.option);
        for (const std::string& text : given) {
            if (has_field(*patch.fields, fact.name, text)) continue;
            patch.fields->push_back(
                {std::string(fact.name), core::SecretText::copy_of(text), false});
        }
    }
    return {};
}

core::Result<void> generate_password(Session& session, const Arguments& arguments,
                                     core::ItemPatch& patch) {
    const std::string spec_text = arguments.value("--generate").value_or("");
    SPAREKEY_TRY(const Config config, session.config());
    SPAREKEY_TRY(
        const core::GenerateSpec spec,
        core::parse_generate_spec(spec_text.empty() ? config.generate_default : spec_text));
    patch.password = core::generate(spec, session.random());
    return {};
}

/// A seed is refused where it is entered, not when the code is needed.
core::Result<void> check_seed(const core::ItemPatch& patch) {
    if (!patch.totp || patch.totp->empty()) return {};
    SPAREKEY_CHECK(core::parse_otp(patch.totp->expose()));
    return {};
}

core::Result<core::ItemPatch> from_document(Session& session, const Arguments& arguments) {
    if (!arguments.has("--stdin")) return core::ItemPatch{};
    SPAREKEY_TRY(const core::SecretText document, session.input().rest(kLargestPatch));
    return patch_from_json(document.expose());
}

}  // namespace

std::vector<OptionSpec> patch_options() {
    return {
        {"--username", "NAME", "the user name"},
        {"--url", "URL", "an address it is for", true},
        {"--tag", "TAG", "a tag", true},
        {"--sign-in-with", "ID", "signs in with this identity, such as google:alice@gmail.com",
         true},
        {"--recovers-via", "ID", "can be recovered through it, such as email:alice@post.example",
         true},
        {"--identity", "ID", "this login holds the identity", true},
        {"--second-factor", "ID", "asks for a code from there, such as device:pixel", true},
        {"--generate", "SPEC",
         "a new password: LENGTH[,CLASSES], words:N or pin:N; of an ssh-key item a new key: "
         "ed25519, ecdsa or rsa",
         false, true},
        {"--private-key", "FILE",
         "the key of an ssh-key item: an OpenSSH private key file; - is stdin"},
        {"--passphrase-file", "FILE",
         "the passphrase of that key is FILE's first line; - is stdin; else it is asked for"},
        {"--stdin", "", "the item as JSON on standard input"},
    };
}

core::Result<void> spell_facts(const core::Item& current, core::ItemPatch& patch) {
    if (!patch.fields) return {};
    for (core::CustomField& field : *patch.fields) {
        if (field.name != core::kIdentityField && field.name != core::kSecondFactorField) continue;
        if (has_field(current.fields, field.name, field.value.expose())) continue;
        SPAREKEY_TRY(const std::string identity, core::normalize_identity(field.value.expose()));
        field.value = core::SecretText::copy_of(identity);
    }
    return {};
}

core::Result<core::ItemPatch> patch_from_options(Session& session, const Arguments& arguments,
                                                 const core::Item& current) {
    SPAREKEY_TRY(core::ItemPatch patch, from_document(session, arguments));
    SPAREKEY_CHECK(spell_facts(current, patch));
    if (const auto username = arguments.value("--username")) patch.username = *username;
    const auto change = [&](std::optional<Texts>& field, const Texts& stored, const Texts& added,
                            const Texts& removed) {
        auto changed = changed_set(field ? *field : stored, added, removed);
        if (changed) field = std::move(changed);
    };
    change(patch.urls, current.urls, arguments.values("--url"), arguments.values("--no-url"));
    change(patch.tags, current.tags, arguments.values("--tag"), arguments.values("--untag"));
    SPAREKEY_TRY(const Texts sign_in, identities(arguments.values("--sign-in-with")));
    warn_of_devices(session, sign_in, "--sign-in-with");
    change(patch.sign_in_with, current.sign_in_with, sign_in, {});
    SPAREKEY_TRY(const Texts recovers, identities(arguments.values("--recovers-via")));
    change(patch.recovers_via, current.recovers_via, recovers, {});
    SPAREKEY_CHECK(add_identity_fields(session, arguments, current, patch));
    SPAREKEY_CHECK(check_seed(patch));
    return patch;
}

core::Result<void> apply_secrets(Session& session, const Arguments& arguments,
                                 const core::Item& current, core::ItemPatch& patch) {
    if (patch.type.value_or(current.type) == core::ItemType::ssh_key) {
        return apply_ssh_key(session, arguments, current, patch);
    }
    if (arguments.has("--private-key")) {
        return core::unexpected(core::ErrorCode::usage,
                                "--private-key is for items of the type ssh-key");
    }
    return arguments.has("--generate") ? generate_password(session, arguments, patch)
                                       : core::Result<void>();
}

}  // namespace sparekey::cli
