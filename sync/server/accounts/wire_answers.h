// Answers in the codec's bytes: what a store holds, as sync/protocol sends it.
#pragma once

#include "sync/protocol/bodies.h"
#include "sync/server/accounts/services.h"
#include "sync/server/http/message.h"

namespace sparekey::sync {

Response opened_answer(Services& services, const Account& account);
Response pull_answer(const Pull& pull);
Response snapshot_answer(const Snapshot& snapshot);
Response pushed_answer(const Pushed& pushed);
/// 409 with the head.
Response behind_answer(std::uint64_t head, const Hash& hash);

}  // namespace sparekey::sync
