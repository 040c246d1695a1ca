// Bitwarden's custom fields and addresses. Private to cli/formats: it shows Boost.JSON.
#pragma once

#include "cli/formats/import.h"

#include <boost/json/object.hpp>

namespace sparekey::cli {

/// Says nothing: null, 0, or an empty text or array.
bool is_empty_bitwarden(const boost::json::value& value);

/// Of an address whose match rule is no address of the site, and of every other rule, a custom
/// field: Sparekey has one rule for all.
void read_bitwarden_urls(core::ItemPatch& patch, const boost::json::object& login,
                         ImportNotes& notes);
void read_bitwarden_fields(core::ItemPatch& patch, const boost::json::object& item,
                           ImportNotes& notes);

}  // namespace sparekey::cli
