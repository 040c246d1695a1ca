// A page that people print and put away: one HTML file that loads nothing, codes as text and as QR.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <string>
#include <string_view>

namespace sparekey::cli {

class PaperPage {
  public:
    explicit PaperPage(std::string_view title);

    /// As it stands: HTML of ours.
    PaperPage& html(std::string_view markup);
    /// Somebody's text, escaped.
    PaperPage& text(std::string_view plain);
    /// A code with its heading, in large letters and beside its QR code.
    core::Result<void> code(std::string_view heading, std::string_view code);
    /// Into a new file, 0600. ErrorCode::conflict if it exists.
    core::Result<void> write(const std::string& path) &&;

  private:
    core::SecretBuilder page_;
};

}  // namespace sparekey::cli
