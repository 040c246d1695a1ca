// The paths, media types and names of docs/PROTOCOL.md, once for both ends.
#pragma once

#include <string_view>

namespace sparekey::sync {

/// Bodies that hold commits, rosters or blobs: sync/protocol/bodies.h.
inline constexpr std::string_view kMediaType = "application/vnd.sparekey.v1";
inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kProblemType = "application/problem+json";  // RFC 9457
inline constexpr std::string_view kEventsType = "text/event-stream";
inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

namespace path {

inline constexpr std::string_view kMetadata =
    "/.well-known/oauth-authorization-server";  // RFC 8414
inline constexpr std::string_view kDeviceAuthorization = "/oauth/device_authorization";
inline constexpr std::string_view kAuthorize = "/oauth/authorize";
inline constexpr std::string_view kToken = "/oauth/token";
inline constexpr std::string_view kRevoke = "/oauth/revoke";
inline constexpr std::string_view kDevicePage = "/device";
inline constexpr std::string_view kAccountPage = "/account";

inline constexpr std::string_view kEnrolment = "/api/v1/enrolment";
inline constexpr std::string_view kEnrolmentOpen = "/api/v1/enrolment/open";
inline constexpr std::string_view kEnrolmentApproval = "/api/v1/enrolment/approval";
inline constexpr std::string_view kRecovery = "/api/v1/recovery";
inline constexpr std::string_view kCommits = "/api/v1/commits";
inline constexpr std::string_view kSnapshot = "/api/v1/snapshot";
inline constexpr std::string_view kEvents = "/api/v1/events";
inline constexpr std::string_view kApprovals = "/api/v1/approvals";
inline constexpr std::string_view kAccount = "/api/v1/account";
inline constexpr std::string_view kAccountLink = "/api/v1/account/link";
inline constexpr std::string_view kIdentities = "/api/v1/identities";
inline constexpr std::string_view kAudit = "/api/v1/audit";

}  // namespace path

/// RFC 7523 section 2.1 and RFC 8628 section 3.4.
inline constexpr std::string_view kJwtBearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
inline constexpr std::string_view kDeviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";

/// The one client of the authorization server, public (RFC 6749 section 2.1).
inline constexpr std::string_view kClientId = "sparekey-cli";
/// The page that shows the code, for a person to carry it over.
inline constexpr std::string_view kPasteRedirect = "urn:ietf:wg:oauth:2.0:oob";

}  // namespace sparekey::sync
