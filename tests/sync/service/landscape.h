// A server that anybody may sign up at, its provider, and homes that sign in: all real programs.
#pragma once

#include "tests/support/running_command.h"
#include "tests/support/trusted_authority.h"
#include "tests/sync/service/plain_provider.h"
#include "tests/sync/service/running_server.h"

#include <functional>

namespace sparekey::tests {

struct Landscape {
    /// `origin`: of what stands before the server; empty: nothing does. `store`: as RunningServer
    /// has it.
    explicit Landscape(const std::string& origin = {}, const std::string& store = {});
    /// The server speaks TLS, with the authority's certificate.
    explicit Landscape(const TrustedAuthority& authority);

    /// Answers what the login shows, as `name`.
    void confirm(RunningCommand& login, const std::string& name,
                 ScriptedPerson::Says answer = ScriptedPerson::Says::yes) const;
    std::vector<std::string> login_line(std::vector<std::string> more) const;
    Outcome log_in(const Home& home, const std::string& name,
                   std::vector<std::string> more = {"--paste"}) const;

    PlainProvider provider;
    RunningServer server;

  private:
    void start(const std::string& more_lines = {});
};

/// A home with a vault that has an item, signed in as alice.
struct MemberHome {
    explicit MemberHome(const Landscape& there);
    /// A file with a member of the kit, such as "secret_key".
    std::string write(const std::string& name, const std::string& member) const;
    /// Makes `device` a device of the account, by its Secret Key.
    void let_in(const Landscape& there, const Home& device) const;

    Home home;
    std::string kit;
    std::string account;
};

/// The id of the device that a home is.
std::string own_id(const Home& home);

/// Waits longer than what a watching sync sees takes by far, and shorter than it does before it
/// looks by itself.
bool becomes_true(const std::function<bool()>& condition);
/// Whether the item, with that user name, gets there by a sync that watches; `home` has an agent.
bool comes_to(const Home& home, const std::string& title, const std::string& user);

}  // namespace sparekey::tests
