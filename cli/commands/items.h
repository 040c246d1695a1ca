// What the commands that work on one item share: finding it, and printing it.
#pragma once

#include "cli/session.h"
#include "core/lookup/query.h"

namespace sparekey::cli {

/// The one item that `query` means, in the opened vault.
core::Result<core::RecordId> find_item(Session& session, std::string_view query,
                                       core::Shelf shelf = core::Shelf::live);

/// Plain for JSON, for --reveal, and where standard output is no terminal.
core::Values shown_values(Session& session, const Arguments& arguments);
/// For a table of old or conflicting values, which nobody asked for by name: in a pipe, too.
core::Values tabled_values(Session& session, const Arguments& arguments);

/// After a change: the item without secrets as JSON; otherwise `text` as a note.
void report_item(Session& session, const core::Item& item, const std::string& text);

/// A title as part of a message, printable and in quotes.
std::string in_quotes(std::string_view title);

/// "2026-11-24 12:00" in UTC.
std::string short_time(std::uint64_t ms);

}  // namespace sparekey::cli
