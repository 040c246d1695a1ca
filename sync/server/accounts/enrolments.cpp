#include "sync/server/accounts/enrolments.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace sparekey::sync {
namespace {

EnrolmentState new_enrolment(Services& services, const LoginWish& wish) {
    EnrolmentState enrolment;
    enrolment.id = core::to_base32(services.random.bytes<16>());
    enrolment.device = wish.device;
    enrolment.invitation = wish.invitation;
    enrolment.nonce = new_secret(services.random);
    return enrolment;
}

std::string detail_of(const LoginWish& wish, const LoginProof& login) {
    return boost::json::serialize(boost::json::value{
        {"provider", login.provider}, {"display", login.display}, {"device", wish.device.name}});
}

Identity identity_of(const LoginProof& login, std::uint64_t now_ms) {
    return {login.key(), login.provider, login.display, now_ms, now_ms};
}

/// The handle is used up, whatever comes of it.
LinkOutcome link_identity(Services& services, const LoginWish& wish, const LoginProof& login,
                          std::string& account) {
    const auto intent = services.store.take_ticket(TicketKind::link_intent, hash_of(wish.link),
                                                   services.clock.now_ms());
    if (!intent || !intent->account) return LinkOutcome::none;
    const auto entry =
        audit_entry(services, intent->account, "link",
                    identity_name(services.providers.list(), login.provider, login.key()),
                    wish.device.address, detail_of(wish, login));
    const auto linked =
        services.store.link(*intent->account, identity_of(login, services.clock.now_ms()), entry);
    if (!linked) return LinkOutcome::taken;
    account = intent->account->text();
    return LinkOutcome::done;
}

}  // namespace

std::optional<DeviceKeys> keys_of(const DeviceClaim& device) {
    const auto signing = fixed_bytes<32>(device.key);
    const auto box = fixed_bytes<32>(device.receiving_key);
    return signing && box ? std::optional(DeviceKeys{*signing, *box}) : std::nullopt;
}

bool is_claim(const DeviceClaim& device) {
    constexpr std::size_t kLongestName = 64;
    const bool keyless = device.key.empty() && device.receiving_key.empty();
    return device.name.size() <= kLongestName && (keyless || keys_of(device));
}

LoginWish wish_of(const EnrolmentState& enrolment) {
    return {enrolment.device, enrolment.invitation, {}, {}};
}

Admission admission(Services& services, const LoginWish& wish, const LoginProof& login) {
    if (!wish.link.empty()) return Admission::links;
    if (services.store.account_of(login.key())) return Admission::known;
    switch (may_sign_up(services.settings.sign_up, login)) {
        case SignUp::allowed:
            return Admission::signs_up;
        case SignUp::refused:
            return Admission::refused;
        case SignUp::needs_invitation:
            break;
    }
    const bool good =
        !wish.invitation.empty() &&
        services.store.invitation_is_good(hash_of(wish.invitation), services.clock.now_ms());
    return good ? Admission::signs_up : Admission::needs_invitation;
}

EnrolmentState confirm_enrolment(Services& services, const LoginWish& wish,
                                 const LoginProof& login) {
    EnrolmentState enrolment = new_enrolment(services, wish);
    enrolment.login = login;
    if (!wish.link.empty()) {
        enrolment.link = link_identity(services, wish, login, enrolment.account);
        return enrolment;
    }
    const auto account = services.store.account_of(login.key());
    if (account) {
        enrolment.account = account->text();
        services.store.logged_in(login.key(), services.clock.now_ms(), login.display);
    }
    services.store.append_audit(
        audit_entry(services, account, "login",
                    identity_name(services.providers.list(), login.provider, login.key()),
                    wish.device.address, detail_of(wish, login)));
    return enrolment;
}

EnrolmentState claim_enrolment(Services& services, const LoginWish& wish,
                               std::string_view account) {
    EnrolmentState enrolment = new_enrolment(services, wish);
    enrolment.account = std::string(account);
    return enrolment;
}

std::string issue_enrolment(Services& services, const EnrolmentState& enrolment) {
    std::string token = new_secret(services.random);
    enrolments(services).put(ticket_key(token), enrolment, kEnrolmentMs,
                             AccountId::parse(enrolment.account));
    return token;
}

AuditEntry audit_entry(Services& services, std::optional<AccountId> account, std::string action,
                       std::string actor, std::string address, std::string detail) {
    return {account,          services.clock.now_ms(), std::move(action),
            std::move(actor), std::move(address),      std::move(detail)};
}

std::string identity_name(const std::vector<ProviderFacts>& providers, std::string_view provider,
                          const IdentityKey& key) {
    const std::string by_provider = std::string(provider) + ":" + key.subject;
    // A numeric id at a well-known place says more than its address.
    for (const std::string_view known : {"github", "facebook", "google", "gitlab", "apple"}) {
        if (provider == known) return by_provider;
    }
    // Without OpenID Connect there is no issuer that others would know the identity by.
    for (const ProviderFacts& facts : providers) {
        const bool has_issuer =
            facts.type != "oauth2" && facts.type != "github" && facts.type != "facebook";
        if (facts.id == provider && !has_issuer) return by_provider;
    }
    return "oidc:" + key.issuer + "#" + key.subject;
}

}  // namespace sparekey::sync
