// Every command's row of the table; each is defined in the file that is named after it.
#pragma once

#include "cli/command.h"

namespace sparekey::cli::commands {

CommandSpec init();
CommandSpec status();
CommandSpec unlock();
CommandSpec lock();
CommandSpec agent();
CommandSpec ssh_agent();
CommandSpec passwd();
CommandSpec slots();
CommandSpec kit();
CommandSpec add();
CommandSpec get();
CommandSpec find();
/// `sparekey` alone, on a terminal: in no table, since it has no name to type.
CommandSpec finder();
CommandSpec edit();
CommandSpec rm();
CommandSpec restore();
CommandSpec trash();
CommandSpec history();
CommandSpec conflicts();
CommandSpec otp();
CommandSpec gen();
CommandSpec attach();
CommandSpec attachments();
CommandSpec detach();
CommandSpec attachment();
CommandSpec import_items();
CommandSpec export_items();
CommandSpec rehearse();
CommandSpec health();
CommandSpec scan();
CommandSpec audit();
CommandSpec identities();
CommandSpec lose();
CommandSpec coverage();
CommandSpec suggest();
CommandSpec backup();
CommandSpec restore_vault();
CommandSpec doctor();
CommandSpec read();
CommandSpec inject();
CommandSpec run_program();
CommandSpec git_credential();
CommandSpec docker_credential();
CommandSpec completion();
// Their functions are in cli/online, since they need a network.
CommandSpec login();
CommandSpec logout();
CommandSpec devices();
CommandSpec sync();
CommandSpec account();
CommandSpec link();
CommandSpec unlink();
CommandSpec complete_titles();
CommandSpec background_sync();
CommandSpec breach_ranges();
CommandSpec reach();
CommandSpec standby();

}  // namespace sparekey::cli::commands
