// The name of a device, sealed: members read it in the roster, a server does not.
//
// Under a key of the epoch, so that a device that was removed cannot read the names that come
// later; always of the same size, so that its length says nothing. docs/CRYPTO.md has the formula.
#pragma once

#include "core/base/result.h"
#include "core/model/keyring.h"

#include <string>

namespace sparekey::core {

inline constexpr std::size_t kLongestDeviceName = 127;  // bytes of UTF-8

/// Under the keyring's last epoch. ErrorCode::usage for a name that is empty, too long or not
/// UTF-8.
Result<Bytes> seal_device_name(const Keyring& keyring, const VaultId& vault, const DeviceId& device,
                               std::string_view name, Random& random);

/// ErrorCode::integrity if it is not this device's name in this vault.
Result<std::string> open_device_name(const Keyring& keyring, const VaultId& vault,
                                     const DeviceId& device, ByteView sealed);

}  // namespace sparekey::core
