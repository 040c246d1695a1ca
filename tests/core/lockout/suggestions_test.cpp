// Which facts are proposed, and which are not.
#include "core/lockout/suggestions.h"

#include "core/lockout/well_known_sites.h"
#include "tests/core/lockout/described.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

struct Seen {
    std::string facts;
    std::string username = {};
    std::string host = {};
    std::vector<std::string> not_suggested = {};
    std::string shown_provider = {};
};

/// "Shop: recovers_via email:al@post.example", in their order.
std::vector<std::string> proposed(const std::vector<Seen>& items) {
    std::vector<Facts> facts;
    std::vector<Sighting> sightings;
    for (const Seen& item : items) {
        facts.push_back(described(item.facts));
        facts.back().not_suggested = item.not_suggested;
        facts.back().shown_provider = item.shown_provider;
        sightings.push_back({item.username, {}});
        if (!item.host.empty()) sightings.back().hosts = {item.host};
    }
    const Graph graph(std::move(facts));
    std::vector<std::string> texts;
    for (const Suggestion& one : suggest(graph, sightings)) {
        CHECK_FALSE(one.because.empty());
        texts.push_back(graph.name(one.item) + ": " + remark_of(one));
    }
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a user name that is an address proposes recovery by that mailbox",
          "[core][lockout][suggest]") {
    CHECK(proposed({{"Shop: password", "Al@Post.Example", "shop.example"}}) ==
          Texts{"Shop: recovers_via email:al@post.example"});
    CHECK(proposed({{"Shop: password", "al", "shop.example"}}).empty());
    CHECK(proposed({{"Shop: password, recovers email:other@post.example", "al@post.example"}})
              .empty());
    CHECK(proposed({{"Note: kept", "al@post.example"}}).empty());
}

TEST_CASE("an account at a provider or a mailbox is proposed to hold it",
          "[core][lockout][suggest]") {
    CHECK(proposed({{"Gmail: password", "al@gmail.com", "mail.google.com"}}) ==
          Texts{"Gmail: identity google:al@gmail.com"});
    CHECK(proposed({{"Gmail: password, holds email:al@gmail.com", "al@gmail.com",
                     "accounts.google.com"}})
              .empty());
    CHECK(proposed({{"Proton: password", "al@proton.me", "account.proton.me"}}) ==
          Texts{"Proton: identity email:al@proton.me"});
    CHECK(proposed({{"GitHub: password", "al", "github.com"}}) ==
          Texts{"GitHub: identity github:al"});
    CHECK(proposed({{"Gmail: password", "al", "mail.google.com"}}).empty());
    // Not by the end of a name alone.
    CHECK(proposed({{"Other: password", "al", "notgithub.com"}}).empty());
}

TEST_CASE("who has no way in is asked for the logins that the site offers",
          "[core][lockout][suggest]") {
    const Seen known{"Known: password, holds google:al@gmail.com, holds apple:al@icloud.com"};
    const Seen hub{"Hub: password, holds github:al"};
    CHECK(proposed({known, hub, {"Notion", "", "notion.so"}}) ==
          Texts{"Notion: sign_in_with google:al@gmail.com",
                "Notion: sign_in_with apple:al@icloud.com"});
    CHECK(proposed({known, {"Site", "al@gmail.com", "site.example"}}).front() ==
          "Site: sign_in_with google:al@gmail.com");
    CHECK(proposed({known, {"Site", "al", "site.example"}}).empty());
    CHECK(proposed({known, {"Notion: password", "", "notion.so"}}).empty());
    CHECK(proposed({known, {"Amazon", "", "amazon.com"}}).empty());
}

TEST_CASE("who signs in with an account is not asked whether it is that account, or recovers by it",
          "[core][lockout][suggest]") {
    CHECK(proposed({{"Blog: signs in google:al@gmail.com", "al@gmail.com", "accounts.google.com"}})
              .empty());
    CHECK(
        proposed({{"Shop: signs in google:al@gmail.com", "al@gmail.com", "shop.example"}}).empty());
    CHECK(proposed({{"Shop: signs in google:al@gmail.com", "al@post.example", "shop.example"}}) ==
          Texts{"Shop: recovers_via email:al@post.example"});
}

TEST_CASE("an item that names a provider is asked for the logins there, and for no others",
          "[core][lockout][suggest]") {
    const Seen hub = {"Hub: password, holds github:alice"};
    const Seen mail = {"Mail: password, holds google:al@gmail.com"};
    CHECK(proposed({hub, mail, {"Forum", "al", "forum.example", {}, "github"}}) ==
          Texts{"Forum: sign_in_with github:alice"});
    CHECK(proposed({mail, {"Forum", "al", "forum.example", {}, "github"}}).empty());
    CHECK(proposed({hub, mail, {"Forum: recovers phone:+49151", "al", "", {}, "google"}}) ==
          Texts{"Forum: sign_in_with google:al@gmail.com"});
    CHECK(proposed({hub, {"Forum: password", "al", "forum.example", {}, "github"}}).empty());
}

TEST_CASE("a well-known site is asked by the one mailbox and the one number that are known",
          "[core][lockout][suggest]") {
    const Seen mail{"Mail: password, holds email:al@post.example"};
    const Seen bank{"Bank: password, recovers phone:+4915112345"};
    CHECK(proposed({mail, bank, {"Amazon: password", "al", "www.amazon.com"}}) ==
          Texts{"Amazon: recovers_via email:al@post.example",
                "Amazon: recovers_via phone:+4915112345"});
    const Seen second{"Second: password, holds email:two@post.example"};
    const Seen other{"Other: password, recovers phone:+4915167890"};
    CHECK(proposed({mail, bank, second, other, {"Amazon: password", "al", "amazon.com"}}).empty());
}

TEST_CASE("a mailbox is not proposed to recover itself", "[core][lockout][suggest]") {
    CHECK(proposed({{"Post: password, holds email:al@posteo.de", "al@posteo.de", "posteo.de"}})
              .empty());
    CHECK(proposed(
              {{"Gmail: password, holds google:al@gmail.com", "al@gmail.com", "mail.google.com"}})
              .empty());
    CHECK(proposed({{"iCloud: password, holds apple:al@post.example", "al@post.example",
                     "icloud.com"}}) == Texts{"iCloud: recovers_via email:al@post.example"});
}

TEST_CASE("no is remembered, for a fact and for an item", "[core][lockout][suggest]") {
    CHECK(proposed({{"Shop: password",
                     "al@post.example",
                     "shop.example",
                     {"recovers_via email:al@post.example"}}})
              .empty());
    CHECK(proposed({{"Shop: password", "al@post.example", "shop.example", {"*"}}}).empty());
    CHECK(proposed({{"Shop: password",
                     "al@post.example",
                     "shop.example",
                     {"recovers_via email:other@post.example"}}})
              .size() == 1);
}

TEST_CASE("well-known sites are found by the most exact host", "[core][lockout][suggest]") {
    REQUIRE(well_known_site("aws.amazon.com") != nullptr);
    CHECK(well_known_site("aws.amazon.com")->recovery == kByEmail);
    CHECK(well_known_site("www.amazon.com")->host == "amazon.com");
    CHECK(well_known_site("amazon.com.evil.example") == nullptr);
    CHECK(provider_kind("gmail") == "google");
    CHECK(provider_kind("goggle").empty());
    CHECK(provider_of_login_page("accounts.google.com") == "google");
    CHECK(provider_of_login_page("google.com").empty());
}

}  // namespace sparekey::core
