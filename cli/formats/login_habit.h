// What people write down today where a password manager has no place for it: that a site is signed
// in to with Google, in the notes, in the user name, as a second address, as a field.
//
// Recognised is what says so and nothing else: "Sign in with Google", not "ask Google". The account
// is named only by what the item itself shows (an address as user name); nothing is guessed, and
// nothing of the item is taken away.
#pragma once

#include "cli/formats/import.h"

namespace sparekey::cli {

/// Adds `sign_in_with` to an imported login that shows such a habit, and says so in the notes.
void recognise_login_habit(ImportedItem& item, ImportNotes& notes);

}  // namespace sparekey::cli
