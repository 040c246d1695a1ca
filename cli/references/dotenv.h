// The files of `run --env-file`: KEY=VALUE lines, as docker, direnv and the dotenv libraries agree
// on them. Nothing is expanded.
//
//   # a comment            export KEY=value       KEY=value # a comment after a blank
//   KEY='as it stands'     KEY="with \n \t \\ \" \$ escapes"     quoted values may have several
//   lines
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

/// A variable of the environment; the value may be a secret that a file should not have had.
struct Variable {
    std::string name;
    core::SecretText value;
};

/// [A-Za-z_][A-Za-z0-9_]*
bool is_variable_name(std::string_view name);

/// ErrorCode::usage, naming the line, for what is no KEY=VALUE, for a NUL and for a quote without
/// its end. The value never appears in the message.
core::Result<std::vector<Variable>> parse_dotenv(std::string_view text);

}  // namespace sparekey::cli
