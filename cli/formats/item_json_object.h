// One item's JSON object as a patch. Private to cli/formats: it shows Boost.JSON.
#pragma once

#include "core/model/item.h"

#include <boost/json/object.hpp>

#include <span>
#include <string_view>

namespace sparekey::cli {

/// `extra` names keys that the caller reads itself.
core::Result<core::ItemPatch> patch_from_object(const boost::json::object& object,
                                                std::span<const std::string_view> extra);

}  // namespace sparekey::cli
