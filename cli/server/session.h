// What a command of `sparekey-server` works with: the configuration, the output, a yes.
#pragma once

#include "cli/output.h"
#include "sync/server/config/config.h"

namespace sparekey::cli::server {

struct Options {
    std::string config_path;
    bool json = false;
    bool yes = false;
};

class Session {
  public:
    explicit Session(Options options)
        : options_(std::move(options)), output_(options_.json, false) {}

    Output& out() { return output_; }
    const Options& options() const { return options_; }
    /// The configuration with the environment over it; what is wrong, each with its line.
    core::Result<sync::ConfigOutcome> config_outcome() const;
    /// ErrorCode::usage with everything that is wrong.
    core::Result<sync::ServerConfig> config() const;
    /// Yes by --yes or by a person at a terminal; else ErrorCode::usage, and ErrorCode::failed for
    /// a no.
    core::Result<void> confirm(const std::string& question) const;

  private:
    Options options_;
    Output output_;
};

/// The error on stderr under this program's name; as JSON with --json.
void report(Output& out, const core::Error& error);

/// "FILE, line 3: what", or the variable of the environment instead, one a line.
std::string complaint_text(const std::string& path, const std::vector<sync::Complaint>& complaints);

}  // namespace sparekey::cli::server
