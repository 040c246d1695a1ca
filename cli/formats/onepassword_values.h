// How 1Password's export writes times, dates, addresses and kinds of items. Private to cli/formats:
// it shows Boost.JSON.
#pragma once

#include "core/model/item.h"

#include <boost/json/object.hpp>

namespace sparekey::cli {

/// Null or empty.
bool is_blank_onepassword(const boost::json::value& value);
/// Seconds since 1970, in ms; earlier ones are 0.
std::optional<std::uint64_t> onepassword_time(const boost::json::value& value);
/// Of a category's number.
core::ItemType onepassword_type(std::string_view category);
/// 202412 -> "2024-12".
std::string onepassword_month(const boost::json::value& value);
/// The day of a time in seconds, which for a birthday may be before 1970.
std::string onepassword_date(const boost::json::value& value);
/// "street, zip city, state, country", of what is there.
std::string onepassword_address(const boost::json::object& address);

}  // namespace sparekey::cli
