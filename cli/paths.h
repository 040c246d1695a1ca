// Where things are, by the XDG base directory specification. HOME comes from the environment only
// (no NSS in a static program).
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace sparekey::cli {

struct Paths {
    std::string data;    // $XDG_DATA_HOME/sparekey
    std::string config;  // $XDG_CONFIG_HOME/sparekey
    std::string state;   // $XDG_STATE_HOME/sparekey

    /// The base folders that must exist already (the XDG folders' parents are made as needed).
    std::string vault_folder(std::string_view name) const { return data + "/" + std::string(name); }
    std::string state_folder(std::string_view name) const {
        return state + "/" + std::string(name);
    }
};

/// Relative XDG values are ignored, as the specification says. ErrorCode::failed without HOME.
core::Result<Paths> paths_from_environment();

/// [a-z0-9][a-z0-9._-]{0,63}
bool is_vault_name(std::string_view name);

}  // namespace sparekey::cli
