// A device that the server does not know, though its account is there: the server came back from a
// backup of before the device joined, or another device made the account anew. It joins again in
// its place, with the keys, records and unsent changes that it has.
#pragma once

#include "cli/online/network.h"
#include "sync/client/authorization.h"
#include "sync/client/enrolment_connection.h"

namespace sparekey::cli::online {

/// This device's public keys, after the master password was verified: whatever an agent holds open,
/// the commit is signed in this process.
core::Result<sync::LoginAim::Keys> own_keys(Session& session);

/// By a login that was made with own_keys(). Opens the account, verifies it, puts this device on
/// its roster, and holds all that is here against what it has, as `sync --reseed`.
/// ErrorCode::refused or ErrorCode::conflict, with what to do, if the account has other keys;
/// ErrorCode::integrity for a server that is not believed, or if passwords were changed on both
/// sides.
core::Result<void> rejoin_account(Session& session, const Server& server,
                                  const sync::EnrolmentConnection& enrolment,
                                  const core::EnrolmentNonce& nonce, const std::string& name);

}  // namespace sparekey::cli::online
