// A secret for the clipboard, and the process that takes it away again.
//
// The process is started before the copy and waits; it is another program (sparekey-clipboard), so
// that it has nothing of this one's memory, and it is told a fingerprint, never the text.
#pragma once

#include "cli/config.h"
#include "core/ports/random.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::cli::clipboard {

/// After it, the text is in the clipboard and will be cleared after config.timeout_s, if it is
/// still there (0: never). ErrorCode::failed, with nothing copied, if one of both cannot be done.
core::Result<void> put(const core::SecretText& text, const ClipboardConfig& config,
                       core::Random& random);

}  // namespace sparekey::cli::clipboard
