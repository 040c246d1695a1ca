#include "sync/server/accounts/sign_up.h"

#include "core/base/bytes.h"
#include "core/base/mutant.h"
#include "sync/server/http/message.h"

#include <algorithm>
#include <iterator>

namespace sparekey::sync {
namespace {

std::string lower(std::string_view text) {
    std::string made(text);
    for (char& letter : made) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return made;
}

bool listed(const SignUpPolicy& policy, const LoginProof& login) {
    if (std::ranges::find(policy.subjects, login.key()) != policy.subjects.end()) return true;
    return !login.email_domain.empty() &&
           std::ranges::find(policy.domains, lower(login.email_domain)) != policy.domains.end();
}

}  // namespace

core::Result<void> add_entry(SignUpPolicy& policy, std::string_view entry) {
    constexpr std::string_view kDomain = "domain:";
    constexpr std::string_view kSubject = "subject:";
    if (entry.starts_with(kDomain) && entry.size() > kDomain.size()) {
        policy.domains.push_back(lower(entry.substr(kDomain.size())));
        return {};
    }
    const auto hash = entry.rfind('#');
    if (entry.starts_with(kSubject) && hash != std::string_view::npos && hash > kSubject.size() &&
        hash + 1 < entry.size()) {
        policy.subjects.push_back(
            {std::string(entry.substr(kSubject.size(), hash - kSubject.size())),
             std::string(entry.substr(hash + 1))});
        return {};
    }
    return core::unexpected(
        core::ErrorCode::usage,
        "an entry of signup is \"domain:example.org\" or \"subject:ISSUER#SUBJECT\"");
}

SignUp may_sign_up(const SignUpPolicy& policy, const LoginProof& login) {
    switch (policy.kind) {
        case SignUpPolicy::Kind::open:
            return SignUp::allowed;
        case SignUpPolicy::Kind::invite:
            return SignUp::needs_invitation;
        case SignUpPolicy::Kind::closed:
            return SignUp::refused;
        case SignUpPolicy::Kind::list:
            return listed(policy, login) || SPAREKEY_LEFT_OUT("sign-up-list") ? SignUp::allowed
                                                                              : SignUp::refused;
    }
    return SignUp::refused;
}

std::string normal_invitation(std::string_view typed) {
    std::string code;
    std::copy_if(typed.begin(), typed.end(), std::back_inserter(code),
                 [](char letter) { return letter != ' ' && letter != '-'; });
    const auto bytes = core::from_base32(code);
    if (bytes && bytes->size() == kInvitationBytes) return core::to_base32(*bytes);
    return std::string(trim(typed));
}

}  // namespace sparekey::sync
