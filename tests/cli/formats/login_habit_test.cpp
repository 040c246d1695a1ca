// What says that one signs in with a provider, and what does not.
#include "cli/formats/login_habit.h"

#include "core/lockout/login_phrase.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

struct Row {
    std::string username = {};
    std::string password = {};
    std::string notes = {};
    std::vector<std::string> urls = {"https://site.example"};
    std::string field = {};
    core::ItemType type = core::ItemType::login;
};

/// "google google:al@gmail.com", "google -" without an account, "" for nothing.
std::string recognised(const Row& row) {
    ImportedItem item;
    item.where = "line 7";
    item.patch.type = row.type;
    item.patch.username = row.username;
    item.patch.password = core::SecretText::copy_of(row.password);
    item.patch.notes = core::SecretText::copy_of(row.notes);
    item.patch.urls = row.urls;
    add_field(item.patch, "Sign in with", row.field, false);
    ImportNotes notes;
    recognise_login_habit(item, notes);
    CHECK(item.patch.notes->expose() == row.notes);
    CHECK(*item.patch.username == row.username);
    if (notes.recognised.empty()) {
        CHECK_FALSE(item.patch.sign_in_with);
        return {};
    }
    REQUIRE(notes.recognised.size() == 1);
    const ImportNotes::Recognised& one = notes.recognised.front();
    CHECK(one.where == "line 7");
    if (one.identity.empty()) {
        CHECK_FALSE(item.patch.sign_in_with);
        return one.provider + " -";
    }
    CHECK(item.patch.sign_in_with == std::vector<std::string>{one.identity});
    return one.provider + " " + one.identity;
}

}  // namespace

TEST_CASE("phrases that name a provider to sign in with", "[cli][import][habit]") {
    for (const char* text : {"Google", "google.", "sign in with Google", "Signed in with GOOGLE",
                             "Login with Google", "log in via Google account", "used google here",
                             "Mit Google anmelden", "Gmail", "SSO: Google"}) {
        INFO(text);
        CHECK(core::login_provider_in(text) == "google");
    }
    CHECK(core::login_provider_in("Sign in with Apple") == "apple");
    CHECK(core::login_provider_in("Apple ID") == "apple");
    CHECK(core::login_provider_in("via GitHub") == "github");
    CHECK(core::login_provider_in("Microsoft account") == "microsoft");
    for (const char* text :
         {"", "sign in", "ask Google", "not with Google", "Google or Apple", "googled it",
          "Google Pixel", "Login with Google, PIN 1234", "the recovery mail is at Google",
          "Google Google Google Google Google Google Google Google Google Google"}) {
        INFO(text);
        CHECK(core::login_provider_in(text).empty());
    }
}

TEST_CASE("a login without a password signs in with the provider that it names",
          "[cli][import][habit][mutant:import-habit-password]") {
    CHECK(recognised({"al@gmail.com", "", "Google"}) == "google google:al@gmail.com");
    CHECK(recognised({"Al@Corp.Example", "", "Sign in with Google"}) ==
          "google google:al@corp.example");
    CHECK(recognised({"al", "", "Google"}) == "google -");
    CHECK(recognised({"", "", "Login with Apple"}) == "apple -");
    CHECK(recognised({"Google", "", ""}) == "google -");
    // What has a password may be the provider's own item, or a remark about it.
    CHECK(recognised({"al@gmail.com", "secret", "Google"}).empty());
    CHECK(recognised({"al@gmail.com", "", "Google", {}, {}, core::ItemType::note}).empty());
}

TEST_CASE("a provider's sign-in page beside the site's own address tells it",
          "[cli][import][habit]") {
    const std::string google = "https://accounts.google.com/o/oauth2";
    CHECK(recognised({"al@gmail.com", "", "", {"https://site.example", google}}) ==
          "google google:al@gmail.com");
    CHECK(recognised({"al@gmail.com", "", "", {google}}).empty());
    CHECK(recognised({"al@gmail.com", "", "", {"https://google.com", "https://site.example"}})
              .empty());
    CHECK(recognised({"al@gmail.com",
                      "",
                      "",
                      {google, "https://appleid.apple.com/auth", "https://site.example"}})
              .empty());
    CHECK(recognised({"al@gmail.com", "secret", "", {"https://site.example", google}}).empty());
}

TEST_CASE("a field that is made for it counts beside a password, too", "[cli][import][habit]") {
    CHECK(recognised({"al@gmail.com", "secret", "", {"https://site.example"}, "Google"}) ==
          "google google:al@gmail.com");
    CHECK(recognised({"al@gmail.com", "", "", {"https://site.example"}, "my sister"}).empty());
}

TEST_CASE("no account is named that the item does not show", "[cli][import][habit]") {
    CHECK(recognised({"al@post.example", "", "GitHub"}) == "github -");
    CHECK(recognised({"x7@privaterelay.appleid.com", "", "Apple"}) == "apple -");
    CHECK(recognised({"a@b@c", "", "Google"}) == "google -");
}

}  // namespace sparekey::cli
