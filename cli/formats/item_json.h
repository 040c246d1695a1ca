// An item as JSON (INTERFACE, "Item, as JSON"): read as a patch, written with or without secrets.
#pragma once

#include "cli/output.h"
#include "core/model/item.h"

#include <string_view>

namespace sparekey::cli {

/// The document of `add --stdin` and `edit --stdin`. Unknown keys and wrong types are
/// ErrorCode::usage, naming the key; null and "" clear; id, created, modified, revision, deleted
/// and conflicts are ignored.
core::Result<core::ItemPatch> patch_from_json(std::string_view text);

enum class Secrets { with, without };
/// One object. Without secrets: no password, totp, notes, recovery codes, and of the fields only
/// the names and the values that are not secret.
void write_item(JsonWriter& json, const core::Item& item, Secrets secrets);
/// The same members as write_item, without the object around them: for an export, which adds more.
void write_item_members(JsonWriter& json, const core::Item& item, Secrets secrets);
/// What the search index knows: for `find`.
void write_summary(JsonWriter& json, const core::Item& item);

}  // namespace sparekey::cli
