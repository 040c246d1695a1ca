// The account page as a function of what it shows.
#pragma once

#include "sync/server/pages/page.h"
#include "sync/server/store/types.h"

#include <vector>

namespace sparekey::sync {

struct AccountView {
    Account account;
    std::vector<Identity> identities;
    std::vector<Device> devices;
    std::vector<AuditLine> audit;  // newest first
    std::string form_token;
    Markup notice;
};

Page account_page(const AccountView& view);

}  // namespace sparekey::sync
