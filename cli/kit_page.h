// The Emergency Kit: what a person prints, and how to use it.
#pragma once

#include "core/base/result.h"
#include "core/model/key_slots.h"
#include "core/secret/secret_bytes.h"

#include <string>

namespace sparekey::cli {

struct KitContent {
    std::string vault_name;
    core::VaultId vault;
    core::SecretText secret_key;
    core::SecretText recovery_code;
    std::uint64_t made_ms = 0;
};

/// The codes of the kit as text.
KitContent kit_content(const std::string& vault_name, const core::VaultId& vault,
                       core::ByteView secret_key, core::ByteView recovery_code,
                       std::uint64_t made_ms);

/// Writes one HTML page with QR codes, nothing loaded from elsewhere, into a new file, 0600.
/// ErrorCode::conflict if the file exists.
core::Result<void> write_kit_page(const KitContent& kit, const std::string& path);

/// The same for a terminal, without QR codes.
core::SecretText kit_text(const KitContent& kit);

}  // namespace sparekey::cli
