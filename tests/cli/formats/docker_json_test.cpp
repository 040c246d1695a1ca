#include "cli/formats/docker_json.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {

TEST_CASE("docker's document is read, and what it lacks is empty", "[cli][docker]") {
    const auto login = docker_login_from_json(
        R"({"ServerURL":"https://index.docker.io/v1/","Username":"<token>","Secret":"a\"b","X":[1]})");
    REQUIRE(login);
    CHECK(login->server == "https://index.docker.io/v1/");
    CHECK(login->username == "<token>");
    CHECK(login->secret.expose() == "a\"b");
    const auto empty = docker_login_from_json(R"({"Secret":null})");
    REQUIRE(empty);
    CHECK(empty->server.empty());
    CHECK(empty->secret.empty());
}

TEST_CASE("what is no such document is refused", "[cli][docker]") {
    const std::string whole = R"({"ServerURL":"s","Username":"u","Secret":"p"})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_FALSE(docker_login_from_json(whole.substr(0, size)));
    }
    for (const char* bad :
         {"[]", "1", R"({"Secret":1})", R"({"Username":{}})", "{}{}", "{\"Secret\":\"\xff\"}"}) {
        INFO(bad);
        CHECK_FALSE(docker_login_from_json(bad));
    }
}

}  // namespace sparekey::cli
