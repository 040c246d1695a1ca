#include "sync/server/pages/login_pages.h"

namespace sparekey::sync {
namespace {

Markup complaint_box(const Markup& complaint) {
    if (complaint.empty()) return {};
    return "<p class=\"alarm\" role=\"alert\">" + complaint + "</p>";
}

enum class CodeBox { first, again };

Markup code_form(std::string_view typed, CodeBox box) {
    const Markup end =
        box == CodeBox::first
            ? Markup(" autofocus><div class=\"row\"><button id=\"code-submit\">Continue")
            : Markup(
                  "><div class=\"row\"><button id=\"code-submit\" class=\"plain\">Use another "
                  "code");
    return "<form method=\"post\" action=\"/device\"><label for=\"user_code\">Code that your "
           "device shows</label><input class=\"code\" id=\"user_code\" name=\"user_code\" "
           "value=\"" +
           escape(typed) +
           "\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" "
           "maxlength=\"16\" required" +
           end + "</button></div></form>";
}

Markup fact(const Markup& name, const Markup& value) {
    return "<dt>" + name + "</dt><dd>" + value + "</dd>";
}

Markup facts_of(const BrowserState& browser) {
    Markup list = "<dl>";
    if (browser.login) {
        list += fact("Login", escape(browser.login->display) + " <span class=\"soft\">(" +
                                  escape(browser.login->provider) + ")</span>");
    }
    list += fact("Device", "<strong>" + escape(browser.wish.device.name) + "</strong>");
    list += fact("Address", escape(browser.wish.device.address));
    if (!browser.user_code.empty()) {
        list += fact("Code", "<strong class=\"code\">" + escape(browser.user_code) + "</strong>");
    }
    return list + "</dl>";
}

Markup invitation_box(InvitationBox invitation) {
    if (invitation == InvitationBox::none) return {};
    const Markup asked = invitation == InvitationBox::missing
                             ? complaint_box("This server wants an invitation: type in its code.")
                             : Markup();
    const Markup complaint =
        invitation == InvitationBox::wrong
            ? complaint_box("This invitation is not good, or no longer.")
            : asked +
                  Markup(
                      "<p>This login has no account here yet. A new one needs an invitation from "
                      "whoever runs this server.</p>");
    return complaint +
           "<label for=\"invite\">Invitation</label><input class=\"code\" id=\"invite\" "
           "name=\"invite\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" "
           "maxlength=\"128\">";
}

}  // namespace

Page code_page(std::string_view typed, const Markup& complaint) {
    return {"Add a device",
            complaint_box(complaint) + code_form(typed, CodeBox::first),
            {},
            complaint.empty() ? 200U : 403U};
}

Page provider_page(const std::vector<ProviderFacts>& providers, const BrowserState& browser,
                   const Markup& complaint) {
    Markup main = complaint_box(complaint);
    if (!browser.device_code.empty()) main += code_form(browser.user_code, CodeBox::again);
    main +=
        "<p>Sign in with an account that you already have. It opens the door of this server; it "
        "cannot read your vault.</p>" +
        facts_of(browser) + "<ul class=\"choice\">";
    for (const ProviderFacts& provider : providers) {
        main += "<li><a class=\"button\" data-provider=\"" + escape(provider.id) +
                "\" href=\"/login/provider/" + escape(provider.id) + "\">Sign in with " +
                escape(provider.name) + "</a></li>";
    }
    main += "</ul>";
    if (providers.empty()) {
        main +=
            "<p>No login provider is configured at this server. A device that is a member, and "
            "the recovery code, go on without one.</p>";
    }
    return {"Sign in", main, {}};
}

Page confirm_page(const BrowserState& browser, InvitationBox invitation, std::string form_target) {
    const bool links = !browser.wish.link.empty();
    const Markup question =
        links
            ? Markup("<p>Link this login to the account of the device below?</p>")
            : Markup(
                  "<p>Let this device in? Compare what is shown here with what your device shows. "
                  "If you did not just ask for this yourself, say no: somebody else did.</p>");
    const Markup form =
        "<form id=\"approve\" method=\"post\" action=\"/login/confirm\">" +
        token_field(browser.form_token) + invitation_box(invitation) +
        "<div class=\"row\"><button id=\"approve-submit\" name=\"answer\" "
        "value=\"approve\">Yes, this is my device</button><button id=\"deny-submit\" "
        "class=\"quiet\" name=\"answer\" value=\"deny\">No</button></div></form>";
    Page page{"Is this you?", question + facts_of(browser) + form, std::move(form_target)};
    const bool again = invitation == InvitationBox::wrong || invitation == InvitationBox::missing;
    if (again) page.status = 403;
    return page;
}

Page paste_page(std::string_view code) {
    return {"Copy this code",
            "<p>Paste it where your device asks for it. It is good for a minute, once.</p>"
            "<p><output class=\"code\" id=\"paste-code\">" +
                escape(code) + "</output></p>",
            {}};
}

Page message_page(Markup title, Markup text, unsigned status) {
    return {std::move(title), "<p>" + std::move(text) + "</p>", {}, status};
}

}  // namespace sparekey::sync
