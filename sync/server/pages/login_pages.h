// The pages of a login, as functions of what they show. Ids and attributes that scripts and
// assistive tools hold on to are named in docs/INTERFACE.md.
#pragma once

#include "sync/server/accounts/states.h"
#include "sync/server/pages/page.h"

#include <vector>

namespace sparekey::sync {

/// `input#user_code` in a form to /device.
Page code_page(std::string_view typed, const Markup& complaint);

/// One `a[data-provider]` each; with the code box above if the login is for a code.
Page provider_page(const std::vector<ProviderFacts>& providers, const BrowserState& browser,
                   const Markup& complaint);

enum class InvitationBox : std::uint8_t { none, wanted, missing, wrong };
/// `form#approve` with `#approve-submit` and `#deny-submit`; `input#invite` if it is wanted.
Page confirm_page(const BrowserState& browser, InvitationBox invitation, std::string form_target);

/// The code to carry over, in `#paste-code`.
Page paste_page(std::string_view code);

/// A plain message: how a login ended.
Page message_page(Markup title, Markup text, unsigned status);

}  // namespace sparekey::sync
