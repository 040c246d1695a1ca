// The commands of `sparekey-server`: a table, from which parser, help and manual page are made.
#pragma once

#include "cli/server/session.h"

#include <map>
#include <string_view>
#include <vector>

namespace sparekey::cli::server {

/// What was given: positional arguments by their name, options by theirs.
using Given = std::map<std::string, std::string, std::less<>>;

struct Parameter {
    std::string_view name;   // "DEST", or "--uses"
    std::string_view value;  // of an option: "N"; empty: a flag
    std::string_view help;
    bool required = false;  // of an option; what is none always is
    bool is_option() const { return name.starts_with("--"); }
};

struct Command {
    std::string_view name;
    std::string_view summary;
    std::vector<Parameter> parameters;
    core::Result<void> (*run)(Session&, const Given&);
};

const std::vector<Command>& commands();

core::Result<void> serve(Session& session, const Given& given);
core::Result<void> check(Session& session, const Given& given);
core::Result<void> backup(Session& session, const Given& given);
core::Result<void> restore(Session& session, const Given& given);
core::Result<void> verify(Session& session, const Given& given);
core::Result<void> migrate(Session& session, const Given& given);
core::Result<void> invite(Session& session, const Given& given);
core::Result<void> accounts(Session& session, const Given& given);
core::Result<void> audit(Session& session, const Given& given);

}  // namespace sparekey::cli::server
