// The options of `add` and `edit` that describe an item, as a patch.
#pragma once

#include "cli/command.h"
#include "cli/session.h"
#include "core/model/item.h"

namespace sparekey::cli {

/// --username, --url …, --identity, --second-factor, --generate, --stdin: the same for both.
std::vector<OptionSpec> patch_options();

/// What the options ask for, on top of `current` (an empty item for `add`): --url and --tag add,
/// --no-url and --untag remove, --identity and --second-factor add a field, --stdin's document
/// replaces the keys that it has. ErrorCode::usage for a malformed document, identity or SPEC.
core::Result<core::ItemPatch> patch_from_options(Session& session, const Arguments& arguments,
                                                 const core::Item& current);

/// The identities and second factors among the patch's fields in their one spelling. What `current`
/// has already may be somebody's own field of that name, from an import: it stays as it is.
/// ErrorCode::usage, naming the form, for what is none.
core::Result<void> spell_facts(const core::Item& current, core::ItemPatch& patch);

/// Once title and type are in `patch`: the password or SSH key of --generate, the one of
/// --private-key, and what follows from an SSH key in the fields.
core::Result<void> apply_secrets(Session& session, const Arguments& arguments,
                                 const core::Item& current, core::ItemPatch& patch);

}  // namespace sparekey::cli
