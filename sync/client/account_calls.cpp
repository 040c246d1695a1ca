#include "sync/client/account_calls.h"

#include "core/base/mutant.h"
#include "sync/client/answer.h"
#include "sync/client/json_fields.h"
#include "sync/protocol/routes.h"

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr std::size_t kMostListed = 1000;
constexpr std::size_t kLongestDeviceName = 256;  // bytes
constexpr std::size_t kLongestAddress = 64;

/// "2026-01-31T12:00:00Z"
std::optional<std::string> time_in(const Json& object, std::string_view name) {
    const std::string* const text = object.find_text(name);
    constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
    if (text == nullptr || text->size() != kShape.size()) return std::nullopt;
    for (std::size_t i = 0; i < kShape.size(); ++i) {
        const char c = (*text)[i];
        const bool digit = c >= '0' && c <= '9';
        if (kShape[i] == 'd' ? !digit : c != kShape[i]) return std::nullopt;
    }
    return *text;
}

std::optional<SeenDevice> device_of(const Json& object) {
    const auto id = id_in<core::DeviceId>(object, "id");
    auto added = time_in(object, "added");
    auto last_seen = time_in(object, "last_seen");
    if (!id || !added || !last_seen) return std::nullopt;
    return SeenDevice{*id, std::move(*added), std::move(*last_seen), object.is_true("revoked")};
}

std::optional<WaitingDevice> waiting_of(const Json& object) {
    // Part of a path, so nothing but what a server makes.
    const auto id = id_in<core::Id<WaitingDevice>>(object, "id");
    auto name = text_in(object, "name", kLongestDeviceName);
    auto address = text_in(object, "address", kLongestAddress);
    const auto signing = bytes_in<32>(object, "device_key");
    const auto box = bytes_in<32>(object, "receiving_key");
    const auto nonce = bytes_in<core::kEnrolmentNonceSize>(object, "nonce");
    if (!id || !name || !address || !signing || !box || !nonce) return std::nullopt;
    return WaitingDevice{id->text(), std::move(*name), std::move(*address), *signing, *box, *nonce};
}

/// Every element of the array `name` by `read`.
template <class T>
Result<std::vector<T>> list_of(const std::string& origin, const Json& object, std::string_view name,
                               std::optional<T> (*read)(const Json&)) {
    const auto elements = objects_in(object, name, kMostListed);
    if (!elements) return nonsense(origin, "without " + std::string(name));
    std::vector<T> all;
    for (const Json& element : *elements) {
        auto one = read(element);
        if (!one) return nonsense(origin, "with something else than " + std::string(name));
        all.push_back(std::move(*one));
    }
    return all;
}

Result<Json> ask(MemberConnection& member, ServerRequest request) {
    SPAREKEY_TRY(const FetchResponse response, member.send(std::move(request)));
    return object_of(member.origin(), response);
}

ServerRequest get_request(std::string target) {
    ServerRequest request;
    request.target = std::move(target);
    return request;
}

}  // namespace

Result<AccountFacts> account_facts(MemberConnection& member) {
    SPAREKEY_TRY(const Json answer, ask(member, get_request(std::string(path::kAccount))));
    const std::string& origin = member.origin();
    AccountFacts facts;
    SPAREKEY_TRY(facts.identities,
                 list_of<core::LinkedIdentity>(origin, answer, "identities", identity_of));
    SPAREKEY_TRY(facts.devices, list_of<SeenDevice>(origin, answer, "devices", device_of));
    const Json* const audit = answer.find("audit");
    const auto n = audit != nullptr ? number_in(*audit, "n") : std::nullopt;
    const auto hash = audit != nullptr ? hash_in(*audit, "hash") : std::nullopt;
    if (!n || !hash) return nonsense(origin, "without the audit log's head");
    facts.audit = {*n, *hash};
    return facts;
}

Result<std::string> account_page(MemberConnection& member) {
    SPAREKEY_TRY(const Json answer,
                 ask(member, json_request(std::string(path::kAccountLink), {}, {})));
    const auto url = text_in(answer, "url", 1024);
    const bool own = url && url->starts_with(member.origin() + std::string(path::kAccountPage)) &&
                     url->find_first_of(" \t\r\n") == std::string::npos;
    if (own) return *url;
    if (url && SPAREKEY_LEFT_OUT("account-page-origin")) return *url;
    return nonsense(member.origin(), "without a page of its own");
}

Result<std::string> link_handle(MemberConnection& member) {
    SPAREKEY_TRY(const Json answer,
                 ask(member, json_request(std::string(path::kIdentities), {}, {})));
    const auto handle = bytes_in<32>(answer, "link");
    if (!handle) return nonsense(member.origin(), "without a handle");
    return core::to_base64url(*handle);
}

Result<void> unlink_identity(MemberConnection& member, const std::string& id) {
    SPAREKEY_TRY(
        const FetchResponse response,
        member.send(json_request(std::string(path::kIdentities) + "/unlink", {{"id", id}}, {})));
    if (response.status == 404) {
        return unexpected(ErrorCode::not_found, "no such identity is linked to this account",
                          "sparekey status lists them");
    }
    if (response.status == 409) {
        return unexpected(ErrorCode::conflict, "it is the last way to sign in to this account",
                          "link another one first: sparekey link " + member.origin());
    }
    SPAREKEY_CHECK(object_of(member.origin(), response));
    return {};
}

Result<std::vector<WaitingDevice>> waiting_devices(MemberConnection& member) {
    SPAREKEY_TRY(const Json answer, ask(member, get_request(std::string(path::kApprovals))));
    return list_of<WaitingDevice>(member.origin(), answer, "approvals", waiting_of);
}

Result<void> answer_waiting(MemberConnection& member, const WaitingDevice& device,
                            const core::ApprovalAnswer& answer) {
    SPAREKEY_TRY(
        const FetchResponse response,
        member.send(json_request(std::string(path::kApprovals) + "/" + device.id,
                                 {{"answer", core::to_base64url(core::encode(answer))}}, {})));
    if (response.status == 404) {
        return unexpected(ErrorCode::not_found, "that device does not wait any more",
                          "begin its login again");
    }
    SPAREKEY_CHECK(object_of(member.origin(), response));
    return {};
}

}  // namespace sparekey::sync
