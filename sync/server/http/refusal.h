// Why the gate refuses a request: fixed texts only, so that nothing of the request comes back.
#pragma once

#include <string_view>

namespace sparekey::sync {

/// A status of RFC 9110, a stable word for programs and metrics, a sentence for people.
struct Refusal {
    unsigned status = 400;
    std::string_view code;
    std::string_view detail;
};

}  // namespace sparekey::sync
