// Answers of a store as text, so that those of different stores can be compared and printed.
#pragma once

#include "sync/server/store/store.h"

#include <string>

namespace sparekey::tests {

std::string text_of(const sync::PushOutcome& outcome);
/// Whatever can be asked about an account, in one text.
std::string everything_of(sync::Store& store, const sync::AccountId& id, std::size_t page_bytes);
std::string text_of(const std::optional<sync::Ticket>& ticket);
std::string text_of(const core::Result<void>& result);
std::string text_of(const std::vector<sync::AuditLine>& lines);

}  // namespace sparekey::tests
