#include "sync/client/member_connection.h"

#include "sync/client/answer.h"
#include "sync/client/json_fields.h"
#include "sync/http_client/form_body.h"
#include "sync/protocol/assertion.h"
#include "sync/protocol/routes.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;

/// For bodies of several MiB over a slow line.
constexpr std::chrono::milliseconds kLongDeadline{120'000};

/// The members `head` and `hash` of a 409; nothing for a conflict of another kind.
std::optional<core::ChainPoint> head_in(const FetchResponse& response) {
    const auto body = Json::parse_object(response.body);
    if (!body) return std::nullopt;
    const auto n = number_in(*body, "head");
    const auto hash = hash_in(*body, "hash");
    if (!n || !hash) return std::nullopt;
    return core::ChainPoint{*n, *hash};
}

ServerRequest page_request(std::string target) {
    ServerRequest request;
    request.target = std::move(target);
    request.deadline = kLongDeadline;
    request.largest_answer = core::kLargestPage;
    return request;
}

}  // namespace

Result<std::variant<core::PushAnswer, PushConflict>> read_push_answer(
    const std::string& origin, const FetchResponse& response) {
    using Answer = std::variant<core::PushAnswer, PushConflict>;
    if (response.status == 409) {
        const auto head = head_in(response);
        if (!head) return failure(origin, response);
        return Answer(PushConflict{*head});
    }
    SPAREKEY_TRY(const core::ByteView body, body_of(origin, response, kMediaType));
    SPAREKEY_TRY(core::PushAnswer answer, core::decode_push_answer(body));
    return Answer(std::move(answer));
}

ServerRequest push_request(const core::PushRequest& request) {
    ServerRequest sent;
    sent.method = FetchMethod::post;
    sent.target = path::kCommits;
    sent.content_type = kMediaType;
    sent.body = core::SecretText(core::SecretBytes::copy_of(core::encode(request)));
    sent.deadline = kLongDeadline;
    return sent;
}

/// RFC 7523.
/// A server knows whom it has removed. One that does not know a device that it had accepted has
/// lost what it acknowledged.
core::Unexpected MemberConnection::no_token(const FetchResponse& response) const {
    const auto answer = Json::parse_object(response.body);
    const std::string* const error = answer ? answer->find_text("error") : nullptr;
    if (error == nullptr || *error != "invalid_grant") return nonsense(origin(), "without a token");
    const std::string* const reason = answer->find_text("error_description");
    if (reason != nullptr && *reason == kDeviceRemoved) {
        return core::unexpected(
            ErrorCode::refused, "this device was removed from the account",
            "what is here stays, and can be read; sparekey --vault NAME login " + origin() +
                " joins anew, beside it");
    }
    if (reason != nullptr && *reason == kClockIsWrong) {
        return core::unexpected(ErrorCode::refused,
                                "the clocks of this machine and of " + origin() + " differ",
                                "set this machine's clock");
    }
    return core::unexpected(
        ErrorCode::integrity,
        origin() + " does not know this device any more: it has lost what it acknowledged",
        "if it was restored from a backup of before this device joined, `sparekey sync --reseed` "
        "first, on a device that it knows, if there is one; if then, or if the server lost its "
        "store, it still does not know this one, `sparekey login " +
            origin() + "` here joins the account again, or makes it anew, with all that is here");
}

Result<void> MemberConnection::get_token() {
    SPAREKEY_TRY(const std::string assertion, ask_assertion_());
    ServerRequest request;
    request.method = FetchMethod::post;
    request.target = path::kToken;
    request.content_type = kFormType;
    FormBody form;
    form.add("grant_type", kJwtBearerGrant).add("assertion", assertion);
    request.body = std::move(form).take();
    SPAREKEY_TRY(const FetchResponse response, server_.send(request));
    if (response.status == 400) return no_token(response);
    SPAREKEY_TRY(const Json answer, object_of(origin(), response));
    const std::string* const token = answer.find_text("access_token");
    if (token == nullptr || token->empty()) return nonsense(origin(), "without a token");
    token_ = core::SecretText::copy_of(*token);
    const auto lifetime = number_in(answer, "expires_in");
    if (shelf_ == nullptr || !lifetime) return {};
    // It is good here, whether it can be kept or not.
    constexpr std::uint64_t kLongest_s = kLongestTokenLifetime.count();
    [[maybe_unused]] const auto kept =
        shelf_->keep_token(token_, std::chrono::seconds(std::min(*lifetime, kLongest_s)));
    return {};
}

Result<bool> MemberConnection::take_token() {
    if (!token_.empty()) return true;
    if (shelf_ != nullptr) {
        SPAREKEY_TRY(token_, shelf_->kept_token());
        if (!token_.empty()) return true;
    }
    SPAREKEY_CHECK(get_token());
    return false;
}

Result<FetchResponse> MemberConnection::send(ServerRequest request) {
    SPAREKEY_TRY(const bool is_used, take_token());
    request.token = token_.expose();
    SPAREKEY_TRY(FetchResponse response, server_.send(request));
    if (response.status != 401 || !is_used) return response;
    // It lived ten minutes at most.
    SPAREKEY_CHECK(get_token());
    request.token = token_.expose();
    return server_.send(request);
}

Result<std::variant<core::PushAnswer, PushConflict>> MemberConnection::push(
    const core::PushRequest& request) {
    SPAREKEY_TRY(const FetchResponse response, send(push_request(request)));
    return read_push_answer(origin(), response);
}

Result<core::PullPage> MemberConnection::pull(std::uint64_t after) {
    SPAREKEY_TRY(
        const FetchResponse response,
        send(page_request(std::string(path::kCommits).append("?after=") + std::to_string(after))));
    SPAREKEY_TRY(const core::ByteView body, body_of(origin(), response, kMediaType));
    return core::decode_pull_page(body);
}

Result<core::SnapshotPage> MemberConnection::snapshot(const std::optional<core::RecordId>& after) {
    std::string target(path::kSnapshot);
    if (after) target += "?after=" + after->text();
    SPAREKEY_TRY(const FetchResponse response, send(page_request(std::move(target))));
    SPAREKEY_TRY(const core::ByteView body, body_of(origin(), response, kMediaType));
    return core::decode_snapshot_page(body);
}

}  // namespace sparekey::sync
