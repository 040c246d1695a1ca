#include "sync/server/store/address.h"

#include <string_view>

namespace sparekey::sync {

core::Result<StoreAddress> StoreAddress::parse(const std::string& text) {
    using namespace std::string_view_literals;
    const std::string_view view(text);
    for (const std::string_view scheme : {"postgresql://"sv, "postgres://"sv}) {
        if (view.starts_with(scheme)) return StoreAddress{Kind::postgres, text};
    }
    for (const auto& [scheme, kind] :
         {std::pair("postgresql:"sv, Kind::postgres), std::pair("sqlite:"sv, Kind::sqlite)}) {
        if (!view.starts_with(scheme) || view.size() == scheme.size()) continue;
        return StoreAddress{kind, text.substr(scheme.size())};
    }
    // Not the text itself: what was mistyped may hold a password.
    return core::unexpected(core::ErrorCode::usage, "the store's address is none",
                            "write sqlite:/path/to/file or postgresql://user@host/database");
}

}  // namespace sparekey::sync
