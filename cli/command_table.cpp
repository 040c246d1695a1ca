#include "cli/command.h"
#include "cli/commands/commands.h"

namespace sparekey::cli {

CommandSpec without_home(CommandSpec spec) {
    spec.needs_home = false;
    return spec;
}

const std::vector<CommandSpec>& command_table() {
    namespace c = commands;
    static const std::vector<CommandSpec> table = {
        c::init(),
        c::status(),
        c::unlock(),
        c::lock(),
        c::agent(),
        c::ssh_agent(),
        c::passwd(),
        c::slots(),
        c::kit(),
        c::add(),
        c::get(),
        c::find(),
        c::edit(),
        c::rm(),
        c::restore(),
        c::trash(),
        c::history(),
        c::conflicts(),
        c::otp(),
        without_home(c::gen()),
        c::attach(),
        c::attachments(),
        c::attachment(),
        c::detach(),
        c::import_items(),
        c::export_items(),
        c::backup(),
        c::restore_vault(),
        c::read(),
        c::inject(),
        c::run_program(),
        c::git_credential(),
        c::docker_credential(),
        c::identities(),
        c::lose(),
        c::coverage(),
        c::suggest(),
        c::login(),
        c::logout(),
        c::devices(),
        c::sync(),
        c::account(),
        c::link(),
        c::unlink(),
        c::rehearse(),
        c::health(),
        c::scan(),
        c::audit(),
        c::doctor(),
        without_home(c::completion()),
    };
    return table;
}

const std::vector<CommandSpec>& internal_commands() {
    static const std::vector<CommandSpec> table = {
        commands::background_sync(), commands::complete_titles(), commands::breach_ranges(),
        commands::reach(), commands::standby()};
    return table;
}

const std::vector<OptionSpec>& global_options() {
    static const std::vector<OptionSpec> options = {
        {"--vault", "NAME", "which vault; else $SPAREKEY_VAULT, else \"default\""},
        {"--json", "", "one JSON document on stdout, errors as JSON on stderr"},
        {"--quiet", "", "no notes for people"},
        {"--yes", "", "no confirmation"},
        {"--no-agent", "", "open the vault in this process, whatever agent runs"},
        {"--password-file", "FILE", "the master password is FILE's first line; - is stdin"},
        {"--key-file", "FILE", "open by this key file instead of the password"},
        {"--recovery-file", "FILE", "open by the recovery code in FILE instead of the password"},
        {"--help", "", "this help, or the command's"},
        {"--version", "", "the version"},
    };
    return options;
}

}  // namespace sparekey::cli
