// What the scenarios of imports share: looking at the vault, and small KeePass documents.
#pragma once

#include "tests/support/program.h"

namespace sparekey::tests {

/// `get QUERY --json`, which has to be there.
std::string item_json(const Home& home, const std::string& query);
/// The items of `export`, without the time at which it was made.
std::string exported_items(const Home& home);
/// The same import again: nothing created or updated, and the same export.
void expect_twice_changes_nothing(const Home& home, const std::string& format,
                                  const std::string& file);

/// A line of the report of what had no place of its own, and how one of what was skipped begins.
std::string unmapped(const std::string& field, int items = 1);
std::string skipped(const std::string& where);

std::string keepass_string(const std::string& key, const std::string& value,
                           const std::string& attributes = {});
/// A document of one entry with this in it.
std::string keepass_entry(const std::string& content);
Outcome import_entry(const Home& home, const std::string& content);

}  // namespace sparekey::tests
