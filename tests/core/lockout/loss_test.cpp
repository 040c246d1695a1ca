// Each row of docs/LOCKOUT.md's tables.
#include "core/lockout/loss.h"

#include "tests/core/lockout/described.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

const std::string kGoogle = "google:al@x.example";
const std::string kPixel = "device:pixel";

}  // namespace

TEST_CASE("only a login at a provider is lost with it", "[core][lockout]") {
    const std::vector<std::string> vault = {"Site: signs in google:al@x.example"};
    CHECK(fate(vault, {kGoogle}) == "lost: Site; at risk: ; safe: 0; no way in: 0");
    CHECK(fate(vault, {"vault"}) == "lost: ; at risk: ; safe: 1; no way in: 0");
}

TEST_CASE("a provider and an own password: what is left decides", "[core][lockout]") {
    CHECK(fate({"Site: signs in google:al@x.example, password"}, {kGoogle}) ==
          "lost: ; at risk: ; safe: 1; no way in: 0");
    const Graph with_phone =
        graph_of({"Site: signs in google:al@x.example, password, factor device:pixel"});
    CHECK(fate(with_phone, {kGoogle}) == "lost: ; at risk: Site; safe: 0; no way in: 0");
    CHECK(lose(with_phone, {kGoogle}).at_risk.front().left ==
          std::vector<std::string>{"password + device:pixel"});
}

TEST_CASE("a seed in the vault makes the code no thing that can be lost",
          "[core][lockout][mutant:lockout-seed]") {
    CHECK(fate({"Site: signs in google:al@x.example, password, seed"}, {kGoogle}) ==
          "lost: ; at risk: ; safe: 1; no way in: 0");
    CHECK(fate({"Site: password, factor device:pixel, seed"}, {kPixel}) ==
          "lost: ; at risk: ; safe: 1; no way in: 0");
}

TEST_CASE("a password with its code on a phone is lost with the phone", "[core][lockout]") {
    CHECK(fate({"Site: password, factor device:pixel"}, {kPixel}) ==
          "lost: Site; at risk: ; safe: 0; no way in: 0");
    const Graph with_codes = graph_of({"Site: password, factor device:pixel, codes"});
    CHECK(fate(with_codes, {kPixel}) == "lost: ; at risk: Site; safe: 0; no way in: 0");
    CHECK(lose(with_codes, {kPixel}).at_risk.front().left ==
          std::vector<std::string>{"password + a recovery code", "recovery codes"});
    CHECK(first_chains(with_codes, {kPixel}) == "device:pixel > Site");
}

TEST_CASE("two second factors are firm, one of them is at risk, none is lost", "[core][lockout]") {
    const Graph graph = graph_of({"Site: password, factor device:pixel, factor phone:+4915112345"});
    CHECK(Standing(graph, VaultIs::kept).of(0) == Strength::firm);
    CHECK(fate(graph, {kPixel}) == "lost: ; at risk: Site; safe: 0; no way in: 0");
    CHECK(fate(graph, {kPixel, "phone:+4915112345"}) ==
          "lost: Site; at risk: ; safe: 0; no way in: 0");
}

TEST_CASE("what is only recovered is weak, and at risk only by a loss that touches it",
          "[core][lockout][mutant:lockout-untouched]") {
    const std::vector<std::string> bank = {"Bank: recovers phone:+4915112345"};
    CHECK(fate(bank, {"phone:+4915112345"}) == "lost: Bank; at risk: ; safe: 0; no way in: 0");
    CHECK(fate({bank.front(), "Site: signs in google:al@x.example"}, {kGoogle}) ==
          "lost: Site; at risk: ; safe: 1; no way in: 0");
    CHECK(Standing(graph_of(bank), VaultIs::kept).of(0) == Strength::weak);
}

TEST_CASE("an account that is gone takes its mailbox and all that only that recovers",
          "[core][lockout][mutant:lockout-lost-account]") {
    const Graph graph =
        graph_of({"Gmail: password, factor device:pixel, recovers "
                  "phone:+4915112345, holds google:alice@gmail.com",
                  "Forum: recovers email:alice@gmail.com", "Shop: password"});
    CHECK(fate(graph, {kPixel}) == "lost: ; at risk: Gmail; safe: 2; no way in: 0");
    CHECK(fate(graph, {"google:alice@gmail.com"}) ==
          "lost: Gmail, Forum; at risk: ; safe: 1; no way in: 0");
    CHECK(fate(graph, {"email:alice@gmail.com"}) ==
          "lost: Gmail, Forum; at risk: ; safe: 1; no way in: 0");
    CHECK(first_chains(graph, {"google:alice@gmail.com"}) == "google:alice@gmail.com > Gmail");
}

TEST_CASE("whatever else a lost account holds is lost with it", "[core][lockout]") {
    const Graph graph =
        graph_of({"Suite: password, holds google:a@x.example, holds email:a@x.example",
                  "Forum: recovers email:a@x.example"});
    CHECK(fate(graph, {"google:a@x.example"}) ==
          "lost: Suite, Forum; at risk: ; safe: 0; no way in: 0");
    const LossReport report = lose(graph, {"google:a@x.example"});
    CHECK(report.lost.back().chains ==
          std::vector<Chain>{{"google:a@x.example", "Suite", "email:a@x.example", "Forum"}});
}

TEST_CASE("the vault takes passwords, codes and what is kept in it only",
          "[core][lockout][mutant:lockout-vault]") {
    const Graph graph = graph_of({"Site: password", "Codes: codes", "Note: kept",
                                  "Both: password, signs in "
                                  "google:al@x.example",
                                  "Weak: password, recovers phone:+4915112345"});
    CHECK(fate(graph, {"vault"}) ==
          "lost: Site, Codes, Note; at risk: Weak; safe: 1; no way in: 0");
    CHECK(first_chains(graph, {"vault"}) == "vault > Site");
    CHECK(fate(graph, {kGoogle}) == "lost: ; at risk: ; safe: 5; no way in: 0");
    CHECK(fate(graph, {"vault", kGoogle, "phone:+4915112345"}) ==
          "lost: Site, Codes, Note, Both, Weak; at risk: ; safe: 0; no way in: 0");
}

TEST_CASE("mailboxes that only recover each other are no way in", "[core][lockout]") {
    const Graph graph =
        graph_of({"A: holds email:a@x.example, recovers email:b@x.example",
                  "B: holds email:b@x.example, recovers email:a@x.example", "Empty"});
    CHECK(fate(graph, {"email:a@x.example"}) == "lost: ; at risk: ; safe: 0; no way in: 3");
    const Graph with_login =
        graph_of({"A: holds email:a@x.example, recovers email:b@x.example, signs in "
                  "google:al@x.example",
                  "B: holds email:b@x.example, recovers email:a@x.example"});
    CHECK(fate(with_login, {kGoogle}) == "lost: A, B; at risk: ; safe: 0; no way in: 0");
    CHECK(first_chains(with_login, {kGoogle}) == "google:al@x.example > A");
}

TEST_CASE("an identity is as strong as the strongest item that holds it", "[core][lockout]") {
    const Graph graph =
        graph_of({"Old: recovers phone:+4915112345, holds email:a@x.example",
                  "New: password, holds email:a@x.example", "Site: signs in email:a@x.example"});
    CHECK(Standing(graph, VaultIs::kept).of(2) == Strength::firm);
    CHECK(fate(graph, {"vault"}) == "lost: New; at risk: Site; safe: 1; no way in: 0");
    CHECK(fate(graph, {"vault", "phone:+4915112345"}) ==
          "lost: Old, New, Site; at risk: ; safe: 0; no way in: 0");
}

TEST_CASE("a device is nobody's account", "[core][lockout]") {
    const Graph graph =
        graph_of({"Phone: password, holds device:pixel", "Site: password, factor device:pixel"});
    CHECK(fate(graph, {"vault"}) == "lost: Phone, Site; at risk: ; safe: 0; no way in: 0");
    CHECK(fate(graph, {kPixel}) == "lost: Site; at risk: ; safe: 1; no way in: 0");
}

TEST_CASE("a note's facts are no ways in and hold nothing", "[core][lockout]") {
    const Graph graph =
        graph_of({"Note: kept, signs in google:al@x.example, holds email:a@x.example",
                  "Site: recovers email:a@x.example"});
    CHECK(fate(graph, {kGoogle}) == "lost: ; at risk: ; safe: 2; no way in: 0");
    CHECK(fate(graph, {"vault"}) == "lost: Note; at risk: ; safe: 1; no way in: 0");
    CHECK(lose(graph, {kGoogle}).unknown.empty());
}

TEST_CASE("the example of docs/LOCKOUT.md", "[core][lockout]") {
    const Graph graph =
        graph_of({"Mail: holds email:al@post.example, signs in google:al@x.example",
                  "Forum: signs in google:al@x.example, recovers email:al@post.example",
                  "GitHub: signs in google:al@x.example, password, factor device:pixel",
                  "Shop: signs in google:al@x.example, password"});
    const LossReport report = lose(graph, {kGoogle});
    CHECK(fate(graph, {kGoogle}) == "lost: Mail, Forum; at risk: GitHub; safe: 1; no way in: 0");
    CHECK(report.lost[0].chains == std::vector<Chain>{{kGoogle, "Mail"}});
    CHECK(report.lost[1].chains ==
          std::vector<Chain>{{kGoogle, "Forum"},
                             {kGoogle, "Mail", "email:al@post.example", "Forum"}});
    CHECK(report.at_risk[0].chains == std::vector<Chain>{{kGoogle, "GitHub"}});
    CHECK(report.at_risk[0].left == std::vector<std::string>{"password + device:pixel"});
}

TEST_CASE("what nothing names is said to be unknown, and each is asked once", "[core][lockout]") {
    const Graph graph = graph_of({"Site: signs in google:al@x.example"});
    const LossReport report = lose(graph, {kGoogle, "email:no@x.example", kGoogle});
    CHECK(report.losing == std::vector<std::string>{kGoogle, "email:no@x.example"});
    CHECK(report.unknown == std::vector<std::string>{"email:no@x.example"});
    CHECK(lose(graph, {"vault"}).unknown.empty());
}

TEST_CASE("what lose takes has one spelling", "[core][lockout]") {
    CHECK(*parse_lost("Vault") == "vault");
    CHECK(*parse_lost("Device:Pixel") == kPixel);
    CHECK(*parse_lost("Phone:+49 151-12345") == "phone:+4915112345");
    for (const char* wrong : {"", "vaults", "google", "google:", ":x", "9x:y", "email:no address",
                              "phone:0151", "oidc:https://id.example"}) {
        const auto parsed = parse_lost(wrong);
        REQUIRE(!parsed);
        CHECK(parsed.error().code == ErrorCode::usage);
        CHECK(parsed.error().hint.starts_with("the form is "));
    }
}

}  // namespace sparekey::core
