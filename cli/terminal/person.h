// The person: asked by a pinentry if one is configured, or if there is no terminal but a display
// and a `pinentry` on the PATH; on the terminal otherwise.
#pragma once

#include "cli/terminal/terminal.h"

namespace sparekey::cli {

class Person {
  public:
    /// `pinentry` is the configured program, or empty. `about` says in a window which vault it is.
    Person(Terminal& terminal, std::string pinentry, std::string about);

    /// There is a way to ask.
    bool present() const;
    /// As the functions of Terminal. A pinentry that fails is ErrorCode::locked.
    core::Result<core::SecretText> ask_secret(std::string_view prompt,
                                              std::string_view complaint = {});
    core::Result<core::SecretText> ask_new_secret(std::string_view prompt);
    /// On the terminal if there is one: what it is about stands there.
    core::Result<bool> ask_yes(std::string_view question);

  private:
    Terminal& terminal_;
    std::string pinentry_;
    std::string about_;
};

}  // namespace sparekey::cli
