// A server that anybody may sign up at, its provider, and homes that sign in: all real programs.
#pragma once

#include "tests/support/running_command.h"
#include "tests/sync/service/plain_provider.h"
#include "tests/sync/service/running_server.h"

namespace sparekey::tests {

struct Landscape {
    /// `origin`: of what stands before the server; empty: nothing does.
    explicit Landscape(const std::string& origin = {});

    /// Answers what the login shows, as `name`.
    void confirm(RunningCommand& login, const std::string& name,
                 ScriptedPerson::Says answer = ScriptedPerson::Says::yes) const;
    std::vector<std::string> login_line(std::vector<std::string> more) const;
    Outcome log_in(const Home& home, const std::string& name,
                   std::vector<std::string> more = {"--paste"}) const;

    PlainProvider provider;
    RunningServer server;
};

/// A home with a vault that has an item, signed in as alice.
struct MemberHome {
    explicit MemberHome(const Landscape& there);
    /// A file with a member of the kit, such as "secret_key".
    std::string write(const std::string& name, const std::string& member) const;
    /// Makes `home` a device of the account, by its Secret Key.
    void let_in(const Landscape& there, const Home& home) const;

    Home home;
    std::string kit;
    std::string account;
};

}  // namespace sparekey::tests
