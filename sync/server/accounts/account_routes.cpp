#include "sync/server/accounts/account_routes.h"

#include "sync/server/accounts/json_answers.h"
#include "sync/server/http/form.h"
#include "sync/server/http/problem.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace sparekey::sync {
namespace {

constexpr std::size_t kMostBody = 16 * 1024;
constexpr std::size_t kLongestAnswer = 8 * 1024;  // a member's sealed answer, base64url
constexpr std::size_t kAuditPage = 500;
constexpr std::uint64_t kLinkMs = 600'000;
constexpr std::uint64_t kPageLinkMs = 60'000;

boost::json::object audit_head_json(const AuditHead& head) {
    return {{"n", head.n}, {"hash", core::to_hex(head.hash)}};
}

boost::json::array devices_json(const std::vector<Device>& devices) {
    boost::json::array list;
    for (const Device& device : devices) {
        list.push_back(boost::json::object{{"id", device.id.text()},
                                           {"added", time_text(device.added_ms)},
                                           {"last_seen", time_text(device.last_seen_ms)},
                                           {"revoked", device.revoked_ms.has_value()}});
    }
    return list;
}

boost::json::array identities_json(const std::vector<ProviderFacts>& providers,
                                   const std::vector<Identity>& identities) {
    boost::json::array list;
    for (const Identity& identity : identities) list.push_back(identity_json(providers, identity));
    return list;
}

Response show_account(Services& services, const Request&, const PathValues&, const Member& member) {
    const auto account = services.store.account(member.account);
    if (!account) return unauthorized();
    return json_answer(
        {{"account", member.account.text()},
         {"created", time_text(account->created_ms)},
         {"identities",
          identities_json(services.providers.list(), services.store.identities(member.account))},
         {"devices", devices_json(services.store.devices(member.account))},
         {"usage", {{"records", account->usage.records}, {"bytes", account->usage.bytes}}},
         {"audit", audit_head_json(services.store.audit_head(member.account))}});
}

Response make_page_link(Services& services, const Request&, const PathValues&,
                        const Member& member) {
    const std::string secret = new_secret(services.random);
    services.store.put_ticket({TicketKind::page_link,
                               ticket_key(secret),
                               services.clock.now_ms() + kPageLinkMs,
                               member.account,
                               member.device,
                               {},
                               0});
    return json_answer({{"url", services.settings.origin + "/account?link=" + secret}});
}

Response make_link_handle(Services& services, const Request&, const PathValues&,
                          const Member& member) {
    const std::string handle = new_secret(services.random);
    services.store.put_ticket({TicketKind::link_intent,
                               ticket_key(handle),
                               services.clock.now_ms() + kLinkMs,
                               member.account,
                               member.device,
                               {},
                               0});
    return json_answer({{"link", handle}});
}

Response unlink(Services& services, const Request& request, const PathValues&,
                const Member& member) {
    const auto body = json_body(request);
    const std::string wanted = body ? text_member(*body, "id").value_or("") : "";
    const std::vector<ProviderFacts> providers = services.providers.list();
    for (const Identity& identity : services.store.identities(member.account)) {
        if (identity_name(providers, identity.provider, identity.key) != wanted) continue;
        const auto entry =
            audit_entry(services, member.account, "unlink", member.device.text(), request.address,
                        boost::json::serialize(identity_json(providers, identity)));
        const auto unlinked = services.store.unlink(member.account, identity.key, false, entry);
        if (unlinked) return json_answer(boost::json::object());
        if (unlinked.error().code != core::ErrorCode::conflict) break;
        return problem(409, "conflict", "It is the last login of this account.");
    }
    return problem(404, "not_found", "No such login is linked to this account.");
}

Response show_audit(Services& services, const Request& request, const PathValues&,
                    const Member& member) {
    const auto parameters = parse_parameters(request.query);
    const std::string after = parameters ? parameter(*parameters, "after") : "";
    std::uint64_t n = 0;
    const auto [end, failure] = std::from_chars(after.data(), after.data() + after.size(), n);
    if (!after.empty() && (failure != std::errc() || end != after.data() + after.size())) {
        return problem(400, "usage", "after is a number");
    }
    Response response;
    response.content_type = "application/jsonl";
    for (const AuditLine& line : services.store.audit(member.account, n, kAuditPage)) {
        response.body += boost::json::serialize(audit_json(line)) + "\n";
    }
    return response;
}

/// Devices that wait for a member of this account. The code that compares them is not among this:
/// each side computes it from what it sees.
Response list_approvals(Services& services, const Request&, const PathValues&,
                        const Member& member) {
    boost::json::array waiting;
    for (const auto& held : enrolments(services).of(member.account)) {
        const EnrolmentState& state = held.state;
        if (state.approval_nonce.empty() || !state.approval.empty()) continue;
        waiting.push_back(boost::json::object{{"id", state.id},
                                              {"name", state.device.name},
                                              {"address", state.device.address},
                                              {"device_key", state.device.key},
                                              {"receiving_key", state.device.receiving_key},
                                              {"nonce", state.approval_nonce},
                                              {"expires", time_text(held.ticket.expires_ms)}});
    }
    return json_answer({{"approvals", std::move(waiting)}});
}

Response approve_device(Services& services, const Request& request, const PathValues& values,
                        const Member& member) {
    const auto body = json_body(request);
    const auto answer = body ? text_member(*body, "answer") : std::nullopt;
    if (!answer || answer->size() > kLongestAnswer || !core::from_base64url(*answer)) {
        return problem(400, "usage", "answer is missing");
    }
    for (auto& held : enrolments(services).of(member.account)) {
        if (held.state.id != values.at(0) || held.state.approval_nonce.empty()) continue;
        if (!held.state.approval.empty()) break;
        held.state.approval = *answer;
        if (!enrolments(services).replace(held)) break;
        services.store.append_audit(audit_entry(
            services, member.account, "approval", member.device.text(), request.address,
            boost::json::serialize(boost::json::value{{"device", held.state.device.name}})));
        return json_answer(boost::json::object());
    }
    return problem(404, "not_found", "No such device waits.");
}

}  // namespace

std::vector<Route> account_routes(Services& services) {
    const auto guard = member_guard(services);
    const auto add = [&](Method method, const char* pattern, auto handler, std::size_t most_body) {
        return route<Member>(
            RouteFacts{method, pattern, "member", Work::store, Rate::ordinary, most_body}, guard,
            [&services, handler](const Request& request, const PathValues& values,
                                 const Member& member) {
                return handler(services, request, values, member);
            });
    };
    return {
        add(Method::get, "/api/v1/account", show_account, 0),
        add(Method::post, "/api/v1/account/link", make_page_link, kMostBody),
        add(Method::post, "/api/v1/identities", make_link_handle, kMostBody),
        add(Method::post, "/api/v1/identities/unlink", unlink, kMostBody),
        add(Method::get, "/api/v1/audit", show_audit, 0),
        add(Method::get, "/api/v1/approvals", list_approvals, 0),
        add(Method::post, "/api/v1/approvals/{id}", approve_device, kMostBody),
    };
}

}  // namespace sparekey::sync
