// ZIP archives, as exports of other password managers are.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sparekey::tests {

using ZipEntries = std::vector<std::pair<std::string, std::string>>;  // name, content

/// Deflated; with a password the content is encrypted.
void write_zip(const std::string& path, const ZipEntries& entries,
               const std::string& password = {});

}  // namespace sparekey::tests
