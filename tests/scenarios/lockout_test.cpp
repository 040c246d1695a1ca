// identities, lose and coverage by the real program: with an agent and without.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

using Words = std::vector<std::string>;

std::string add_login(const Home& home, const std::string& document, Words options = {}) {
    Words words = {"add", "--stdin", "--json"};
    words.insert(words.end(), options.begin(), options.end());
    const Outcome added = home.run(words, document);
    REQUIRE(added.status == 0);
    return json_text(added.out, "id");
}

struct Person {
    Home home;
    std::string mail, forum, github, shop;

    Person() {
        home.init();
        mail = add_login(
            home, R"({"title":"Mail"})",
            {"--identity", "Email:Al@Post.Example", "--sign-in-with", "google:al@x.example"});
        forum = add_login(home, R"({"title":"Forum","sign_in_with":["google:al@x.example"],
                              "recovers_via":["email:al@post.example"]})");
        github = add_login(home, R"({"title":"GitHub","password":"p",
                               "fields":[{"name":"second_factor","value":"Device:Pixel"}],
                               "sign_in_with":["google:al@x.example"]})");
        shop = add_login(
            home, R"({"title":"Shop","password":"p","sign_in_with":["google:al@x.example"]})");
    }
    ~Person() { home.run({"agent", "--stop"}); }
};

}  // namespace

TEST_CASE("the JSON of docs/LOCKOUT.md, to the letter", "[scenario][lockout]") {
    const Person person;
    const Home& home = person.home;
    const std::string lost =
        R"({"losing":["google:al@x.example"],"unknown":[],"lost":[{"id":")" + person.mail +
        R"(","title":"Mail","chains":[["google:al@x.example","Mail"]]},{"id":")" + person.forum +
        R"(","title":"Forum","chains":[["google:al@x.example","Forum"],)" +
        R"(["google:al@x.example","Mail","email:al@post.example","Forum"]]}],"at_risk":[{"id":")" +
        person.github + R"(","title":"GitHub","chains":[["google:al@x.example","GitHub"]],)" +
        R"("left":["password + device:pixel"]}],"safe":1,"no_way_in":0})" + "\n";
    const Outcome alone = home.run({"lose", "Google:AL@x.example", "--json"});
    CHECK(alone.status == 0);
    CHECK(alone.out == lost);

    const auto item = [](const std::string& id, const std::string& title) {
        return R"({"id":")" + id + R"(","title":")" + title + "\"}";
    };
    const std::string mail = item(person.mail, "Mail");
    const std::string forum = item(person.forum, "Forum");
    const std::string github = item(person.github, "GitHub");
    const std::string identities =
        R"([{"identity":"google:al@x.example","external":true,"held_by":[],"signs_in":[)" + mail +
        "," + forum + "," + github + "," + item(person.shop, "Shop") +
        R"(],"recovers":[],"second_factor_of":[]},)" +
        R"({"identity":"device:pixel","external":true,"held_by":[],"signs_in":[],"recovers":[],)" +
        R"("second_factor_of":[)" + github +
        R"(]},{"identity":"email:al@post.example","external":false,"held_by":[)" + mail +
        R"(],"signs_in":[],"recovers":[)" + forum + R"(],"second_factor_of":[]}])" + "\n";
    CHECK(home.run({"identities", "--json"}).out == identities);

    const std::string coverage =
        R"({"single_points":[{"node":"google:al@x.example","lost":[)" + mail + "," + forum +
        R"(],"at_risk":[)" + github +
        R"(]}],"pairs":[{"nodes":["google:al@x.example","device:pixel"],"lost":[)" + github +
        R"(]}],"weak":[],"no_way_in":[],"vault":{"lost":0,"kit_proved":null},)" +
        R"("spare_keys":{"exact":true,"add":[{"id":")" + person.mail +
        R"(","title":"Mail","why":"losing google:al@x.example alone loses it and Forum"}]}})" +
        "\n";
    CHECK(home.run({"coverage", "--json"}).out == coverage);

    REQUIRE(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare({"lose", "google:al@x.example", "--json"}).out == lost);
    CHECK(home.run_bare({"identities", "--json"}).out == identities);
    CHECK(home.run_bare({"coverage", "--json"}).out == coverage);
}

TEST_CASE("an agent's answers follow every change", "[scenario][lockout]") {
    const Person person;
    const Home& home = person.home;
    REQUIRE(home.run({"unlock"}).status == 0);
    const auto count = [&](const std::string& what) {
        const std::string out = home.run_bare({"lose", "google:al@x.example", "--json"}).out;
        return has(out, what);
    };
    CHECK(count(R"("safe":1,"no_way_in":0)"));
    REQUIRE(home.run_bare({"rm", "Shop"}).status == 0);
    CHECK(count(R"("safe":0,"no_way_in":0)"));
    REQUIRE(home.run_bare({"restore", "Shop"}).status == 0);
    CHECK(count(R"("safe":1,"no_way_in":0)"));
    REQUIRE(home.run_bare({"edit", "Mail", "--stdin"}, R"({"password":"new"})").status == 0);
    CHECK(count(R"("lost":[],)"));
    REQUIRE(home.run_bare({"add", "Late", "--sign-in-with", "google:al@x.example"}).status == 0);
    CHECK(count(R"("title":"Late")"));
    REQUIRE(home.run_bare({"rm", "Late"}).status == 0);
    REQUIRE(home.run_bare({"trash", "empty", "--yes"}).status == 0);
    CHECK(count(R"("lost":[],)"));
    REQUIRE(home.run_bare({"edit", "Shop", "--second-factor", "device:key"}).status == 0);
    CHECK(count(R"("left":["password + device:key"])"));
}

TEST_CASE("how lose and coverage end", "[scenario][lockout]") {
    const Person person;
    const Home& home = person.home;
    const Outcome unknown = home.run({"lose", "email:no@x.example", "--json"});
    CHECK(unknown.status == 3);
    CHECK(has(unknown.out, R"("unknown":["email:no@x.example"])"));
    CHECK(has(unknown.err, R"("code":"not_found")"));
    CHECK(home.run({"lose", "email:no@x.example", "device:pixel"}).status == 0);
    CHECK(home.run({"lose", "vault"}).status == 0);
    CHECK(home.run({"lose"}).status == 2);
    const Outcome malformed = home.run({"lose", "email:nobody", "--json"});
    CHECK(malformed.status == 2);
    CHECK(has(malformed.err, "email:alice@post.example"));
    CHECK(home.run({"coverage"}).status == 0);
    CHECK(home.run({"coverage", "--check"}).status == 6);
    REQUIRE(home.run({"edit", "Mail", "--stdin"}, R"({"password":"p"})").status == 0);
    const Outcome covered = home.run({"coverage", "--check"});
    CHECK(covered.status == 0);
    CHECK(has(covered.err, "no single point of failure"));
}

TEST_CASE("facts are spelled alike however they come, and refused by their form",
          "[scenario][lockout]") {
    const Home home;
    home.init();
    CHECK(home.run({"add", "x", "--identity", "nonsense"}).status == 2);
    CHECK(home.run({"add", "x", "--second-factor", "phone:0151"}).status == 2);
    const Outcome refused = home.run({"add", "--stdin"}, R"({"title":"x","fields":[
        {"name":"identity","value":"email:nobody"}]})");
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "email:alice@post.example"));
    add_login(home,
              R"({"title":"Mail","fields":[{"name":"identity","value":"EMAIL:Al@Post.Example"}]})",
              {"--identity", "email:al@post.example", "--identity", "phone:+49 151-12345"});
    const std::string item = home.run({"get", "Mail", "--json"}).out;
    CHECK(has(item,
              R"("fields":[{"name":"identity","value":"email:al@post.example","secret":false},)"
              R"({"name":"identity","value":"phone:+4915112345","secret":false}])"));
    REQUIRE(home.run({"edit", "Mail", "--second-factor", "device:pixel"}).status == 0);
    REQUIRE(home.run({"export", "--yes", "--output", home.file("out.json")}).status == 0);
    Home other;
    other.init();
    REQUIRE(other.run({"import", "json", home.file("out.json")}).status == 0);
    CHECK(other.run({"identities", "--json"}).out == home.run({"identities", "--json"}).out);
    CHECK(has(other.run({"identities"}).out, "phone:+4915112345\t-\t-\t-\tMail\n"));
}

TEST_CASE("a vault that holds its own spare key is a circle", "[scenario][lockout]") {
    const Home home;
    const std::string kit = home.init();
    CHECK_FALSE(has(home.run({"doctor"}).out, "MEND  circle"));
    add_login(home, R"({"title":"Kit","notes":"on paper too:\n  )" +
                        json_text(kit, "recovery_code") + "\\nsince May\"}");
    const Outcome circle = home.run({"doctor", "--json"});
    CHECK(circle.status == 6);
    CHECK(has(circle.out, R"("name":"circle","ok":false,"detail":"\"Kit\" holds)"));
}

}  // namespace sparekey::tests
