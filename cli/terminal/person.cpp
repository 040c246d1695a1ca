#include "cli/terminal/person.h"

#include "cli/terminal/pinentry.h"

#include <cstdlib>

namespace sparekey::cli {
namespace {

bool has_display() {
    for (const char* const name : {"WAYLAND_DISPLAY", "DISPLAY"}) {
        const char* const value = std::getenv(name);
        if (value != nullptr && *value != 0) return true;
    }
    return false;
}

/// The prompt as a box has it: without what separates it from typed text.
std::string label(std::string_view prompt) {
    while (prompt.ends_with(' ')) prompt.remove_suffix(1);
    return std::string(prompt);
}

}  // namespace

Person::Person(Terminal& terminal, std::string pinentry, std::string about)
    : terminal_(terminal), pinentry_(std::move(pinentry)), about_(std::move(about)) {
    if (pinentry_.empty() && !terminal_.present() && has_display()) {
        pinentry_ = find_program("pinentry");
    }
}

bool Person::present() const {
    return !pinentry_.empty() || terminal_.present();
}

core::Result<core::SecretText> Person::ask_secret(std::string_view prompt,
                                                  std::string_view complaint) {
    if (pinentry_.empty()) return terminal_.ask_secret(prompt, complaint);
    return Pinentry(pinentry_).ask_secret({about_, label(prompt), std::string(complaint)});
}

core::Result<core::SecretText> Person::ask_new_secret(std::string_view prompt) {
    if (pinentry_.empty()) return terminal_.ask_new_secret(prompt);
    Pinentry pinentry(pinentry_);
    return ask_twice(prompt, [&](std::string_view question, std::string_view complaint) {
        return pinentry.ask_secret({about_, label(question), std::string(complaint)});
    });
}

core::Result<bool> Person::ask_yes(std::string_view question) {
    if (terminal_.present() || pinentry_.empty()) return terminal_.ask_yes(question);
    return Pinentry(pinentry_).ask_yes(std::string(question));
}

}  // namespace sparekey::cli
