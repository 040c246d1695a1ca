#include "cli/access/circle.h"

#include "cli/access/facts_book.h"
#include "core/lockout/standing.h"
#include "core/model/identity.h"
#include "core/replica/account.h"
#include "core/secret/key.h"
#include "core/text/unicode.h"
#include "core/vault/paper_code.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using core::Node;

bool is_code(core::PaperKind kind, std::string_view text, core::ByteView secret) {
    const auto parsed = core::parse_paper_code(kind, text);
    return parsed && core::equal_constant_time(parsed->secret.expose(), secret);
}

/// What a linked login may be called in the vault: as the server names it, or as a person knows it.
std::vector<Node> channels_of(const core::Graph& graph, const core::LinkedIdentity& linked) {
    std::vector<Node> channels;
    for (const std::string& name :
         {linked.id, linked.provider + ":" + linked.display, "email:" + linked.display}) {
        const auto identity = core::normalize_identity(name);
        const auto channel = identity ? graph.find(*identity) : std::nullopt;
        if (channel) channels.push_back(*channel);
    }
    return channels;
}

core::Result<std::vector<std::string>> items_with_logins(storage::OpenedFolder& folder,
                                                         core::Vault& vault) {
    std::vector<std::string> titles;
    SPAREKEY_TRY(const auto account, core::read_account(folder.store()));
    if (!account || account->identities.empty()) return titles;
    SPAREKEY_TRY(std::vector<core::Facts> facts, FactsBook(vault, folder.store()).all());
    const core::Graph graph(std::move(facts));
    for (const Node item : circle_of_logins(graph, account->identities)) {
        titles.push_back(graph.name(item));
    }
    return titles;
}

std::string quoted(const std::vector<std::string>& titles) {
    std::string text;
    for (const std::string& title : titles) {
        text += (text.empty() ? "\"" : ", \"") + core::printable(title) + "\"";
    }
    return text;
}

}  // namespace

std::vector<Node> circle_of_logins(const core::Graph& graph,
                                   const std::vector<core::LinkedIdentity>& linked) {
    const core::Standing without_vault(graph, core::VaultIs::lost);
    std::vector<Node> holders;
    for (const core::LinkedIdentity& identity : linked) {
        const std::vector<Node> channels = channels_of(graph, identity);
        const bool is_closed =
            !channels.empty() && std::all_of(channels.begin(), channels.end(), [&](Node channel) {
                return without_vault.of(channel) == core::Strength::closed;
            });
        if (!is_closed) return {};
        for (const Node channel : channels) {
            for (const Node item : graph.channel(channel).held_by) {
                const bool is_new =
                    std::find(holders.begin(), holders.end(), item) == holders.end();
                if (is_new) holders.push_back(item);
            }
        }
    }
    return holders;
}

OwnCodeSearch::OwnCodeSearch(storage::OpenedFolder& folder, const core::Vault& vault)
    : keys_(folder.keyring()),
      secret_key_(
          core::paper_code(core::PaperKind::secret_key, vault.id(), keys_.secret_key.expose())),
      recovery_code_(core::paper_code(core::PaperKind::recovery_code, vault.id(),
                                      keys_.recovery_code.expose())) {}

void OwnCodeSearch::look_into(const core::Item& item) {
    if (!holder_ && !item.deleted && are_in(item)) holder_ = item.title;
}

bool OwnCodeSearch::are_in(std::string_view text) const {
    return is_code(core::PaperKind::secret_key, text, keys_.secret_key.expose()) ||
           is_code(core::PaperKind::recovery_code, text, keys_.recovery_code.expose()) ||
           text.find(secret_key_.expose()) != std::string_view::npos ||
           text.find(recovery_code_.expose()) != std::string_view::npos;
}

bool OwnCodeSearch::are_in(const core::Item& item) const {
    const auto holds = [this](const core::SecretText& text) { return are_in(text.expose()); };
    const auto holds_field = [&](const core::CustomField& field) { return holds(field.value); };
    return holds(item.password) || holds(item.notes) || are_in(item.username) ||
           std::any_of(item.fields.begin(), item.fields.end(), holds_field) ||
           std::any_of(item.recovery_codes.begin(), item.recovery_codes.end(), holds);
}

core::Result<Check> check_circle(storage::OpenedFolder& folder, core::Vault& vault,
                                 const std::optional<std::string>& with_code) {
    if (with_code) {
        return Check{
            "circle", false,
            quoted({*with_code}) + " holds this vault's own spare key, which is no use in here",
            "keep it on paper: sparekey kit FILE"};
    }
    SPAREKEY_TRY(const auto with_logins, items_with_logins(folder, vault));
    if (!with_logins.empty()) {
        return Check{
            "circle", false,
            "every login at the server is got into only with this vault: " + quoted(with_logins),
            "link one that opens without it (sparekey link), or note another way in "
            "(sparekey edit ITEM --recovers-via ID)"};
    }
    return Check{"circle", true, "nothing that opens this vault lies only in it"};
}

}  // namespace sparekey::cli
