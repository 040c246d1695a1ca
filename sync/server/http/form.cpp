#include "sync/server/http/form.h"

#include "sync/http_client/url.h"

namespace sparekey::sync {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

}  // namespace

std::optional<Parameters> form_of(const Request& request) {
    std::string_view type = request.header("content-type").value_or("");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (type != kFormType) return std::nullopt;
    return parse_parameters(request.body);
}

std::optional<std::string> cookie(const Request& request, std::string_view name) {
    std::optional<std::string> value;
    for (const Header& header : request.headers) {
        if (header.name != "cookie") continue;
        std::string_view left = header.value;
        while (!left.empty()) {
            std::string_view pair = take_before(left, ';');
            while (pair.starts_with(' ')) pair.remove_prefix(1);
            if (take_before(pair, '=') != name) continue;
            if (value) return std::nullopt;
            value = std::string(pair);
        }
    }
    return value;
}

std::string with_parameters(std::string_view url, const Parameters& parameters) {
    return with_query(url, {parameters.begin(), parameters.end()});
}

}  // namespace sparekey::sync
