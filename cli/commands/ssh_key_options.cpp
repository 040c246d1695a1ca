#include "cli/commands/ssh_key_options.h"

#include "cli/credentials.h"
#include "cli/libexec.h"
#include "core/ssh/key_item.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using Fields = std::vector<core::CustomField>;

std::string_view private_key_in(const Fields& fields) {
    for (const core::CustomField& field : fields) {
        if (field.name == core::kPrivateKeyField) return field.value.expose();
    }
    return {};
}

core::Result<void> check_one_source(const Arguments& arguments, const core::Item& current,
                                    const core::ItemPatch& patch) {
    const bool both = arguments.has("--generate") && arguments.has("--private-key");
    const std::string_view written = patch.fields ? private_key_in(*patch.fields) : "";
    const bool by_hand = !written.empty() && written != private_key_in(current.fields);
    if (both || by_hand) {
        return core::unexpected(core::ErrorCode::usage, "the SSH key is given twice",
                                "one of --generate, --private-key and the document's field");
    }
    if (arguments.has("--stdin") && arguments.value("--private-key") == "-") {
        return core::unexpected(core::ErrorCode::usage,
                                "--stdin and --private-key - would read the same input");
    }
    return {};
}

/// By the helper that has OpenSSH's bcrypt_pbkdf.
core::DerivePassphraseKey derivation(const core::SecretText& passphrase) {
    return [&](const core::PassphraseHashing& hashing) -> core::Result<core::SecretBytes> {
        SPAREKEY_TRY(const core::SecretText key,
                     run_helper("sparekey-bcrypt",
                                {core::to_hex(hashing.salt), std::to_string(hashing.rounds),
                                 std::to_string(hashing.size)},
                                passphrase.expose()));
        return core::SecretBytes::copy_of(core::bytes_of(key.expose()));
    };
}

/// The key file; one with a passphrase comes back without, since the vault encrypts it.
core::Result<core::SecretText> read_key_file(Session& session, const Arguments& arguments,
                                             const std::string& file) {
    core::SecretText passphrase;
    const auto named = arguments.value("--passphrase-file");
    if (named) {
        SPAREKEY_TRY(passphrase, read_secret_line(*named, session.input()));
    }
    SPAREKEY_TRY(core::SecretText text,
                 read_secret_file(file, core::kLargestSshFile, session.input()));
    if (!core::has_passphrase(text.expose())) return text;
    if (!named) {
        if (!session.terminal().present()) return text;  // refused, with what helps
        SPAREKEY_TRY(passphrase, session.terminal().ask_secret("Passphrase of the SSH key: "));
    }
    SPAREKEY_TRY(const core::SshKeyFile opened,
                 core::parse_openssh_file(text.expose(), derivation(passphrase)));
    return core::write_openssh_file(opened.key, opened.comment, session.random());
}

core::Result<void> generate(Session& session, const std::string& spec, std::string_view title,
                            Fields& fields) {
    std::optional<core::SshKeyKind> kind;
    if (!spec.empty()) {
        SPAREKEY_TRY(kind, core::parse_generated_kind(spec));
    }
    core::generate_key_fields(fields, kind, title, session.random());
    return {};
}

}  // namespace

core::Result<void> apply_ssh_key(Session& session, const Arguments& arguments,
                                 const core::Item& current, core::ItemPatch& patch) {
    const bool generates = arguments.has("--generate");
    const auto file = arguments.value("--private-key");
    const bool becomes_one = patch.type && *patch.type != current.type;
    if (!generates && !file && !patch.fields && !becomes_one) return {};
    if (generates || file) SPAREKEY_CHECK(check_one_source(arguments, current, patch));
    if (!patch.fields) patch.fields = current.clone().fields;
    const std::string& title = patch.title ? *patch.title : current.title;
    if (generates) {
        return generate(session, arguments.value("--generate").value_or(""), title, *patch.fields);
    }
    if (file) {
        SPAREKEY_TRY(const core::SecretText text, read_key_file(session, arguments, *file));
        return core::set_key_fields(*patch.fields, text.expose(), title);
    }
    // What another type's fields held was never read as a key.
    const Fields none;
    return core::complete_key_fields(*patch.fields, becomes_one ? none : current.fields, title);
}

}  // namespace sparekey::cli
