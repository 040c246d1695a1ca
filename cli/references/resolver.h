// Turns references into values, each distinct one once: a counter-based code that stands twice in a
// template is one code, and a recovery code is used up once.
//
// Each vault that is named is opened when its first reference comes, the session's own by the
// session. Nothing is handed out by halves: a caller resolves everything before it writes anything.
#pragma once

#include "cli/references/reference.h"
#include "cli/session.h"

#include <map>

namespace sparekey::cli {

class Resolver {
  public:
    Resolver(Session& session, Use use) : session_(session), use_(use) {}

    /// The value, which lives as long as this. ErrorCode::not_found and ::ambiguous name the
    /// reference; an item in the trash is not found.
    core::Result<const core::SecretText*> value(std::string_view text);
    /// The values have reached whoever asked: recovery codes among them are now used.
    core::Result<void> handed_out();
    /// Closes every vault that was opened, so that its keys are gone.
    void close();

  private:
    struct UsedCode {
        Session* session;
        core::RecordId item;
    };
    Session& session_of(const std::string& vault);
    core::Result<core::SecretText> look_up(const Reference& reference);

    Session& session_;
    Use use_;
    std::map<std::string, std::unique_ptr<Session>> others_;
    std::map<std::string, core::SecretText, std::less<>> values_;
    std::vector<UsedCode> used_codes_;
};

}  // namespace sparekey::cli
