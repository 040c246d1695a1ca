// What is so large that the rest of the vault's work feels it, or that no import takes it back: it
// is said, and never refused, since nobody is to be kept here by his files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sparekey::cli {

/// A file of so many bytes that is to be attached; nothing up to 100 MiB.
std::optional<std::string> attachment_size_warning(std::uint64_t bytes);

/// Adds up what an export writes.
class ExportSize {
  public:
    /// What there is to say once these bytes make it more than an import takes (1 GiB), and only
    /// then: it is said once.
    std::optional<std::string> add(std::uint64_t bytes);

  private:
    std::uint64_t written_ = 0;
};

}  // namespace sparekey::cli
