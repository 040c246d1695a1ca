// A person who follows the address that a device shows, logs in at the fake provider and confirms.
#pragma once

#include "tests/support/account_server.h"

namespace sparekey::tests {

enum class Answer : std::uint8_t { approve, deny };

/// What the server answers to the confirmation at last.
inline sync::Response confirm_at(AccountServer& server, const std::string& address,
                                 const std::string& person, Answer answer = Answer::approve) {
    Browser browser(server);
    browser.log_in(address.substr(server.settings.origin.size()), person);
    return browser.submit("/login/confirm",
                          {{"token", browser.form_token()},
                           {"answer", answer == Answer::approve ? "approve" : "deny"}});
}

/// The parameters that a redirect brings along.
inline sync::Parameters redirect_parameters(const sync::Response& response) {
    const std::string location = header_of(response, "location");
    return sync::parse_parameters(location.substr(location.find('?') + 1))
        .value_or(sync::Parameters());
}

}  // namespace sparekey::tests
