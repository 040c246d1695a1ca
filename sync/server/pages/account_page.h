// The account page as a function of what it shows.
#pragma once

#include "sync/server/pages/page.h"
#include "sync/server/store/types.h"

#include <string>
#include <vector>

namespace sparekey::sync {

struct NamedIdentity {
    std::string name;  // identity_name() of it
    Identity identity;
};

struct AccountView {
    Account account;
    std::vector<NamedIdentity> identities;
    std::vector<Device> devices;
    std::vector<AuditLine> audit;  // newest first
    std::string form_token;
    Markup notice;
};

Page account_page(const AccountView& view);

}  // namespace sparekey::sync
