#include "sync/client/enrolment_connection.h"

#include "sync/client/answer.h"
#include "sync/client/json_fields.h"
#include "sync/client/member_connection.h"
#include "sync/http_client/form_body.h"
#include "sync/protocol/routes.h"

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;

constexpr std::size_t kLongestAnswer = 8 * 1024;  // a member's sealed answer, base64url

std::optional<LinkAnswer> link_answer(const Json& object) {
    const std::string* const word = object.find_text("link");
    if (word == nullptr || *word == "none") return LinkAnswer::none;
    if (*word == "done") return LinkAnswer::done;
    if (*word == "taken") return LinkAnswer::taken;
    return std::nullopt;
}

/// A member that may be null.
bool is_there(const Json& object, std::string_view name) {
    const Json* const member = object.find(name);
    return member != nullptr && !member->is(Json::Kind::null);
}

}  // namespace

Result<EnrolmentConnection::Recovery> EnrolmentConnection::recover(const ServerConnection& server,
                                                                   const core::VaultId& account,
                                                                   const LoginAim& aim) {
    if (!aim.keys) throw core::SystemFailure("a device recovers with its keys");
    const ServerRequest request =
        json_request(std::string(path::kRecovery),
                     {{"account", account.text()},
                      {"device_name", shown_name(aim.device_name)},
                      {"device_key", core::to_base64url(aim.keys->signing)},
                      {"receiving_key", core::to_base64url(aim.keys->box)}},
                     {});
    SPAREKEY_TRY(const FetchResponse response, server.send(request));
    SPAREKEY_TRY(const Json answer, object_of(server.origin(), response));
    const std::string* const token = answer.find_text("access_token");
    const auto nonce = bytes_in<core::kEnrolmentNonceSize>(answer, "nonce");
    if (token == nullptr || token->empty() || !nonce) {
        return nonsense(server.origin(), "without a token");
    }
    return Recovery{EnrolmentConnection(server, core::SecretText::copy_of(*token)), *nonce};
}

Result<Json> EnrolmentConnection::get(std::string_view target) const {
    ServerRequest request;
    request.target = target;
    request.token = token_.expose();
    SPAREKEY_TRY(const FetchResponse response, server_.send(request));
    return object_of(origin(), response);
}

Result<EnrolmentFacts> EnrolmentConnection::facts() const {
    SPAREKEY_TRY(const Json answer, get(path::kEnrolment));
    EnrolmentFacts facts;
    const auto nonce = bytes_in<core::kEnrolmentNonceSize>(answer, "nonce");
    const auto link = link_answer(answer);
    facts.account = id_in<core::VaultId>(answer, "account");
    facts.may_create = answer.is_true("may_create");
    if (is_there(answer, "identity")) facts.identity = identity_of(*answer.find("identity"));
    const bool whole = nonce && link && facts.account.has_value() == is_there(answer, "account") &&
                       facts.identity.has_value() == is_there(answer, "identity");
    if (!whole) return nonsense(origin(), "with what is no enrolment");
    facts.nonce = *nonce;
    facts.link = *link;
    return facts;
}

Result<core::OpenedAccount> EnrolmentConnection::open(const core::SigningPublicKey& opener,
                                                      const core::Signature& signature) const {
    ServerRequest request = json_request(
        std::string(path::kEnrolmentOpen),
        {{"opener", core::to_base64url(opener)}, {"signature", core::to_base64url(signature)}},
        token_.expose());
    request.largest_answer = core::kLargestOpened;
    SPAREKEY_TRY(const FetchResponse response, server_.send(request));
    if (response.status == 403) {
        return core::unexpected(ErrorCode::refused, "this does not open the account",
                                "see whether it is the newest Emergency Kit of this account");
    }
    SPAREKEY_TRY(const core::ByteView body, body_of(origin(), response, kMediaType));
    return core::decode_opened_account(body);
}

Result<void> EnrolmentConnection::ask_approval(const core::EnrolmentNonce& nonce) const {
    const ServerRequest request =
        json_request(std::string(path::kEnrolmentApproval), {{"nonce", core::to_base64url(nonce)}},
                     token_.expose());
    SPAREKEY_TRY(const FetchResponse response, server_.send(request));
    SPAREKEY_CHECK(object_of(origin(), response));
    return {};
}

Result<std::optional<core::ApprovalAnswer>> EnrolmentConnection::approval() const {
    SPAREKEY_TRY(const Json answer, get(path::kEnrolmentApproval));
    const std::string* const state = answer.find_text("state");
    if (state != nullptr && *state == "waiting") return std::optional<core::ApprovalAnswer>();
    const auto text = text_in(answer, "answer", kLongestAnswer);
    const auto bytes = text ? core::from_base64url(*text) : std::nullopt;
    if (!bytes) return nonsense(origin(), "without an answer");
    SPAREKEY_TRY(core::ApprovalAnswer approval, core::decode_approval_answer(*bytes));
    return std::optional(std::move(approval));
}

Result<std::variant<core::PushAnswer, PushConflict>> EnrolmentConnection::push(
    const core::PushRequest& request) const {
    ServerRequest sent = push_request(request);
    sent.token = token_.expose();
    SPAREKEY_TRY(const FetchResponse response, server_.send(sent));
    return read_push_answer(origin(), response);
}

Result<void> EnrolmentConnection::revoke() const {
    ServerRequest request;
    request.method = FetchMethod::post;
    request.target = path::kRevoke;
    request.content_type = kFormType;
    FormBody form;
    form.add("token", token_.expose());
    request.body = std::move(form).take();
    SPAREKEY_TRY(const FetchResponse response, server_.send(request));
    SPAREKEY_CHECK(object_of(origin(), response));
    return {};
}

}  // namespace sparekey::sync
