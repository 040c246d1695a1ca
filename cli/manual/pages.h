// The manual pages, made from the tables that the program itself works by: commands and options
// from command_table(), formats from import_formats(), keys from config_keys().
#pragma once

#include <string>

namespace sparekey::cli::manual {

/// sparekey(1): every command on one page, which people search.
std::string commands_page();
/// sparekey-config(5). Throws std::logic_error for a key that it has no words for, or that is gone.
std::string config_page();
/// sparekey-formats(5): what import and export read and write, and a vault's own files.
std::string formats_page();
/// sparekey-server(8).
std::string server_page();

}  // namespace sparekey::cli::manual
