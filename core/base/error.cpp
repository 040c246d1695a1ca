#include "core/base/error.h"

namespace sparekey::core {

int exit_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::failed:
            return 1;
        case ErrorCode::usage:
            return 2;
        case ErrorCode::not_found:
            return 3;
        case ErrorCode::ambiguous:
            return 4;
        case ErrorCode::locked:
        case ErrorCode::refused:
            return 5;
        case ErrorCode::conflict:
            return 6;
        case ErrorCode::offline:
            return 7;
        case ErrorCode::integrity:
            return 8;
        case ErrorCode::interrupted:
            return 130;
    }
    return 1;
}

std::string_view code_name(ErrorCode code) {
    switch (code) {
        case ErrorCode::failed:
            return "failed";
        case ErrorCode::usage:
            return "usage";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::ambiguous:
            return "ambiguous";
        case ErrorCode::locked:
            return "locked";
        case ErrorCode::refused:
            return "refused";
        case ErrorCode::conflict:
            return "conflict";
        case ErrorCode::offline:
            return "offline";
        case ErrorCode::integrity:
            return "integrity";
        case ErrorCode::interrupted:
            return "interrupted";
    }
    return "failed";
}

}  // namespace sparekey::core
