#include "cli/commands/new_password.h"

#include "cli/credentials.h"

namespace sparekey::cli {
namespace {

core::Result<core::SecretText> read(Session& session, const Arguments& arguments) {
    if (const auto file = arguments.value("--new-password-file")) {
        return read_secret_line(*file, session.input());
    }
    SPAREKEY_TRY(Person person, session.person());
    if (!person.present()) {
        return core::unexpected(core::ErrorCode::locked,
                                "there is no terminal to ask for the new password on",
                                "give --new-password-file FILE (- is the next line of stdin)");
    }
    return person.ask_new_secret("New master password: ");
}

}  // namespace

core::Result<core::Credential> new_password(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::SecretText password, read(session, arguments));
    SPAREKEY_CHECK(check_password(password));
    return core::Credential{core::SlotKind::password,
                            core::SecretBytes::copy_of(core::bytes_of(password.expose()))};
}

}  // namespace sparekey::cli
