#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/commands/lockout.h"
#include "cli/counted.h"
#include "cli/protocols/web_address.h"
#include "core/lockout/suggestions.h"

#include <algorithm>
#include <map>
#include <set>

namespace sparekey::cli {
namespace {

using core::NamedLink;
using core::Suggestion;

struct Proposals {
    core::Graph graph;
    std::vector<Suggestion> list;
};

core::Sighting sighting_of(const core::Summary& summary) {
    core::Sighting seen{summary.username, {}};
    for (const std::string& url : summary.urls) {
        if (const auto address = parse_web_address(url)) seen.hosts.push_back(address->host);
    }
    return seen;
}

core::Result<Proposals> read_proposals(Session& session) {
    SPAREKEY_TRY(core::Graph graph, read_graph(session));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const std::vector<core::IndexRow> rows, access->find({}));
    std::map<core::RecordId, core::Sighting> by_id;
    for (const core::IndexRow& row : rows) by_id.emplace(row.id, sighting_of(row.summary));
    std::vector<core::Sighting> sightings;
    for (core::Node item = 0; item < graph.item_count(); ++item) {
        sightings.push_back(by_id[graph.facts(item).id]);
    }
    std::vector<Suggestion> list = core::suggest(graph, sightings);
    return Proposals{std::move(graph), std::move(list)};
}

void print_json(Output& out, const Proposals& proposals) {
    JsonWriter json;
    json.begin_array();
    for (const Suggestion& one : proposals.list) {
        json.begin_object();
        write_item_name(json, proposals.graph, one.item);
        json.field("fact", core::fact_name(one.kind))
            .field("identity", one.identity)
            .field("because", one.because)
            .end_object();
    }
    json.end_array();
    out.raw(json.expose());
    out.raw("\n");
}

void print_table(Output& out, const Proposals& proposals) {
    std::vector<std::vector<std::string>> rows;
    for (const Suggestion& one : proposals.list) {
        rows.push_back({proposals.graph.name(one.item), std::string(core::fact_name(one.kind)),
                        one.identity, one.because});
    }
    if (rows.empty()) {
        out.note("nothing to suggest");
    } else {
        out.table({"TITLE", "FACT", "IDENTITY", "BECAUSE"}, rows);
    }
}

std::string question(const std::string& title, const Suggestion& one) {
    const std::string because = " (" + one.because + ")";
    switch (one.kind) {
        case NamedLink::Kind::sign_in:
            return title + ": do you sign in with " + one.identity + "?" + because;
        case NamedLink::Kind::recovery:
            return title + ": can you get back in by way of " + one.identity + "?" + because;
        case NamedLink::Kind::second_factor:
            return title + ": does the code come from " + one.identity + "?" + because;
        case NamedLink::Kind::holds:
            break;
    }
    return title + ": is this the account " + one.identity + "?" + because;
}

/// Custom fields are written back as one set, so they are read whole.
core::Result<void> add_field(VaultAccess& access, const core::RecordId& id, std::string_view name,
                             std::string_view value) {
    SPAREKEY_TRY(core::Item item, access.item(id, core::Values::plain));
    core::ItemPatch patch;
    patch.fields = std::move(item.fields);
    patch.fields->push_back({std::string(name), core::SecretText::copy_of(value), false});
    SPAREKEY_CHECK(access.edit(id, std::move(patch)));
    return {};
}

core::Result<void> note_fact(VaultAccess& access, const core::RecordId& id,
                             const Suggestion& fact) {
    if (fact.kind == NamedLink::Kind::holds || fact.kind == NamedLink::Kind::second_factor) {
        return add_field(access, id, core::fact_name(fact.kind), fact.identity);
    }
    SPAREKEY_TRY(const core::Item item, access.item(id, core::Values::concealed));
    const bool signs_in = fact.kind == NamedLink::Kind::sign_in;
    std::vector<std::string> all = signs_in ? item.sign_in_with : item.recovers_via;
    all.push_back(fact.identity);
    core::ItemPatch patch;
    (signs_in ? patch.sign_in_with : patch.recovers_via) = std::move(all);
    SPAREKEY_CHECK(access.edit(id, std::move(patch)));
    return {};
}

/// Asks about one proposal after the other. Each answer is in the vault before the next question,
/// so that nothing is lost when the person has had enough.
class Walk {
  public:
    explicit Walk(Session& session) : session_(session) {}

    /// What is noted may propose more: so in rounds, and about nothing twice.
    core::Result<void> run() {
        while (!is_over_) {
            SPAREKEY_TRY(const Proposals proposals, read_proposals(session_));
            const std::size_t asked_before = asked_.size();
            SPAREKEY_CHECK(ask_all(proposals));
            if (asked_.size() == asked_before) break;
        }
        if (noted_ > 0) {
            session_.out().note(counted(noted_, "fact") +
                                " noted: sparekey coverage says what they change");
        } else if (!is_over_) {
            session_.out().note("nothing more to suggest");
        }
        return {};
    }

  private:
    core::Result<void> ask_all(const Proposals& proposals) {
        for (std::size_t i = 0; i < proposals.list.size() && !is_over_; ++i) {
            const Suggestion& one = proposals.list[i];
            const core::RecordId id = proposals.graph.facts(one.item).id;
            if (is_left_out(id, one)) continue;
            session_.out().line(question(proposals.graph.name(one.item), one));
            SPAREKEY_CHECK(ask(proposals, i));
        }
        return {};
    }

    bool is_left_out(const core::RecordId& id, const Suggestion& one) {
        return silent_.count(id) != 0 || !asked_.insert({id, core::remark_of(one)}).second;
    }

    /// The others that say the same of other items, and were not asked about.
    std::vector<const Suggestion*> alike(const Proposals& proposals, std::size_t i) const {
        const std::string remark = core::remark_of(proposals.list[i]);
        std::vector<const Suggestion*> others;
        for (std::size_t j = i + 1; j < proposals.list.size(); ++j) {
            const Suggestion& other = proposals.list[j];
            const core::RecordId id = proposals.graph.facts(other.item).id;
            const bool is_open = silent_.count(id) == 0 && asked_.count({id, remark}) == 0;
            if (is_open && core::remark_of(other) == remark) others.push_back(&other);
        }
        return others;
    }

    core::Result<void> ask(const Proposals& proposals, std::size_t i) {
        const std::vector<const Suggestion*> others = alike(proposals, i);
        const std::string all =
            others.empty() ? "" : "[a]ll " + std::to_string(others.size() + 1) + " like it, ";
        const std::string choices =
            "  [y]es, [n]o, " + all + "[s]kip, ne[v]er ask about this item, [q]uit: ";
        for (;;) {
            session_.step_aside();  // nobody waits for the vault while a person thinks
            SPAREKEY_TRY(const std::string answer, session_.terminal().ask_line(choices));
            const char letter = answer.empty() ? 's' : answer.front();
            SPAREKEY_TRY(const bool is_answered,
                         take(letter, proposals, proposals.list[i], others));
            if (is_answered) return {};
        }
    }

    core::Result<bool> take(char letter, const Proposals& proposals, const Suggestion& one,
                            const std::vector<const Suggestion*>& others) {
        const core::RecordId id = proposals.graph.facts(one.item).id;
        if (letter == 's') return true;
        if (letter == 'q') {
            is_over_ = true;
            return true;
        }
        SPAREKEY_TRY(VaultAccess* const access, session_.access());
        if (letter == 'n') {
            SPAREKEY_CHECK(add_field(*access, id, core::kNotSuggestedField, core::remark_of(one)));
            return true;
        }
        if (letter == 'v') {
            silent_.insert(id);
            SPAREKEY_CHECK(
                add_field(*access, id, core::kNotSuggestedField, core::kNothingSuggested));
            return true;
        }
        if (letter != 'y' && (letter != 'a' || others.empty())) return false;
        SPAREKEY_CHECK(note(*access, id, one));
        if (letter == 'a') {
            for (const Suggestion* other : others) {
                const core::RecordId its_id = proposals.graph.facts(other->item).id;
                asked_.insert({its_id, core::remark_of(*other)});
                SPAREKEY_CHECK(note(*access, its_id, *other));
            }
        }
        return true;
    }

    core::Result<void> note(VaultAccess& access, const core::RecordId& id, const Suggestion& one) {
        SPAREKEY_CHECK(note_fact(access, id, one));
        ++noted_;
        return {};
    }

    Session& session_;
    std::set<std::pair<core::RecordId, std::string>> asked_;
    std::set<core::RecordId> silent_;
    std::size_t noted_ = 0;
    bool is_over_ = false;
};

core::Result<void> run_suggest(Session& session, const Arguments& /*arguments*/) {
    if (!session.out().json() && session.terminal().present()) return Walk(session).run();
    SPAREKEY_TRY(const Proposals proposals, read_proposals(session));
    if (session.out().json()) {
        print_json(session.out(), proposals);
    } else {
        print_table(session.out(), proposals);
    }
    return {};
}

}  // namespace

CommandSpec commands::suggest() {
    return {
        "suggest",
        "asks for the facts that coverage lacks and the vault seems to show",
        {},
        {},
        run_suggest,
        "",
        "A user name that is an address, a mailbox, a login without a password: each is a "
        "question, and\nnothing is noted that was not answered. Answers are kept one by one. no "
        "is remembered in the\nitem's field not_suggested. Without a terminal, and with --json, "
        "it lists them; --yes answers\nnone."};
}

}  // namespace sparekey::cli
