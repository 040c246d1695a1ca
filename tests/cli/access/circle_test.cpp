// When the logins at the server are no use without the vault.
#include "cli/access/circle.h"

#include "tests/core/lockout/described.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

std::string circle(const std::vector<std::string>& vault,
                   const std::vector<core::LinkedIdentity>& linked) {
    const core::Graph graph = core::graph_of(vault);
    return core::named(graph, circle_of_logins(graph, linked));
}

const core::LinkedIdentity kGoogle{"oidc:https://accounts.google.com#123", "google",
                                   "alice@gmail.com"};
const core::LinkedIdentity kGitHub{"github:77", "github", "Alice"};

}  // namespace

TEST_CASE("a login that is got into only with the vault closes a circle", "[cli][lockout]") {
    const std::string gmail = "Gmail: password, holds google:alice@gmail.com";
    CHECK(circle({gmail}, {kGoogle}) == "Gmail");
    CHECK(circle({"Gmail: password, holds email:alice@gmail.com"}, {kGoogle}) == "Gmail");
    CHECK(circle({"Google: password, holds oidc:https://accounts.google.com#123"}, {kGoogle}) ==
          "Google");
    CHECK(circle({gmail, "GitHub: password, holds github:77"}, {kGoogle, kGitHub}) ==
          "Gmail, GitHub");
}

TEST_CASE("one login that opens without the vault is enough", "[cli][lockout]") {
    const std::string gmail = "Gmail: password, holds google:alice@gmail.com";
    CHECK(circle({gmail}, {kGoogle, kGitHub}).empty());
    CHECK(circle({gmail + ", recovers phone:+4915112345"}, {kGoogle}).empty());
    CHECK(circle({"Site: signs in google:alice@gmail.com"}, {kGoogle}).empty());
    CHECK(circle({gmail}, {}).empty());
}

}  // namespace sparekey::cli
