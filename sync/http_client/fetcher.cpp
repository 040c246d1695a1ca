#include "sync/http_client/fetcher.h"

namespace sparekey::sync {

std::optional<std::string_view> FetchResponse::header(std::string_view name) const {
    for (const FetchHeader& header : headers) {
        if (header.name == name) return header.value;
    }
    return std::nullopt;
}

}  // namespace sparekey::sync
