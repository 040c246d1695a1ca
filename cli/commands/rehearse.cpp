#include "cli/clipboard/clipboard.h"
#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/counted.h"
#include "cli/fallbacks.h"
#include "cli/formats/time_text.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

constexpr std::size_t kMostProof = 1024 * 1024;

/// Longest unproved first, the never proved before all.
core::Result<std::vector<Fallback>> fallbacks(Session& session, bool all) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    std::vector<Fallback> found;
    SPAREKEY_TRY(const VaultCounts counts, access->counts());
    found.push_back({std::nullopt, "Emergency Kit", {"kit"}, counts.kit_proved});
    SPAREKEY_TRY(const std::vector<core::Facts> items, access->facts());
    for (const core::Facts& facts : items) {
        if (auto fallback = fallback_of(facts)) found.push_back(std::move(*fallback));
    }
    const std::uint64_t now = session.clock().now_ms();
    if (!all) std::erase_if(found, [&](const Fallback& one) { return !one.is_due(now); });
    std::stable_sort(found.begin(), found.end(), [](const Fallback& one, const Fallback& other) {
        return one.proved_ms < other.proved_ms;
    });
    return found;
}

void print_json(Session& session, const std::vector<Fallback>& listed) {
    const std::uint64_t now = session.clock().now_ms();
    JsonWriter json;
    json.begin_array();
    for (const Fallback& one : listed) {
        json.begin_object().key("id");
        if (one.item) {
            json.text(one.item->text());
        } else {
            json.null();
        }
        json.field("title", one.title).key("fallbacks").begin_array();
        for (const std::string& kind : one.kinds) json.text(kind);
        json.end_array().key("proved");
        if (one.proved_ms) {
            json.text(format_time(*one.proved_ms));
        } else {
            json.null();
        }
        json.field_bool("due", one.is_due(now)).end_object();
    }
    json.end_array();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

std::string kind_words(const Fallback& fallback) {
    std::string words;
    for (const std::string& kind : fallback.kinds) {
        words += words.empty() ? "" : ", ";
        words += kind == "recovery_codes" ? "recovery codes" : kind;
    }
    return words;
}

void print_table(Session& session, const std::vector<Fallback>& listed) {
    std::vector<std::vector<std::string>> rows;
    for (const Fallback& one : listed) {
        rows.push_back(
            {one.title, kind_words(one), one.proved_ms ? short_time(*one.proved_ms) : "never"});
    }
    if (rows.empty()) {
        session.out().note("every fallback was proved within a year");
    } else {
        session.out().table({"TITLE", "FALLBACK", "PROVED"}, rows);
    }
}

core::Result<void> remember_proof(Session& session, const core::RecordId& id) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    // Custom fields are written back as one set, so they are read whole.
    SPAREKEY_TRY(const core::Item item, access->item(id, core::Values::plain));
    if (!fallback_of(item)) {
        return core::unexpected(core::ErrorCode::not_found,
                                in_quotes(item.title) + " has no fallback",
                                "sparekey add --fallback-for makes one");
    }
    core::ItemPatch patch;
    patch.fields = proved_fields(item, session.clock().now_ms());
    SPAREKEY_CHECK(access->edit(id, std::move(patch)));
    return {};
}

core::Result<void> take_proofs(Session& session) {
    SPAREKEY_TRY(const core::SecretText input, session.document(kMostProof));
    std::string_view left = input.expose();
    std::vector<core::RecordId> proved;
    while (!left.empty()) {
        std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        SPAREKEY_TRY(const core::RecordId id, find_item(session, line));
        proved.push_back(id);
    }
    for (const core::RecordId& id : proved) SPAREKEY_CHECK(remember_proof(session, id));
    return {};
}

core::Result<void> copy_password(Session& session, const Fallback& fallback) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const core::SecretText password,
                 access->field(*fallback.item, "password", Use::copy));
    SPAREKEY_TRY(const Config settings, session.config());
    SPAREKEY_CHECK(clipboard::put(password, settings.clipboard, session.random()));
    session.out().note("copied");
    return {};
}

/// What the person is to do, in lines.
core::Result<void> describe(Session& session, const Fallback& fallback) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const core::Item item, access->item(*fallback.item, core::Values::concealed));
    const auto say = [&](const std::string& text) { session.out().line(text); };
    if (!item.urls.empty()) say("  at " + item.urls.front());
    if (fallback.kinds.front() == "password") {
        say("  sign in" + (item.username.empty() ? "" : " as " + item.username) +
            " with the password, not with " + item.sign_in_with.front());
    }
    if (!item.recovery_codes.empty()) {
        const std::size_t codes = item.recovery_codes.size();
        say("  " + counted(codes, "recovery code is", "recovery codes are") +
            " unused: see that the site still has as many, or use one "
            "(sparekey get " +
            in_quotes(item.title) + " recovery-code)");
    }
    return {};
}

enum class Step { next, end };

core::Result<Step> ask_proof(Session& session, const Fallback& fallback) {
    const bool has_password = fallback.kinds.front() == "password";
    const std::string choices = has_password ? "[y]es, [n]o, [c]opy the password, [s]kip, [q]uit: "
                                             : "[y]es, [n]o, [s]kip, [q]uit: ";
    for (;;) {
        session.step_aside();  // nobody waits for the vault while a person tries
        SPAREKEY_TRY(const std::string answer,
                     session.terminal().ask_line("  did it work? " + choices));
        const char letter = answer.empty() ? 's' : answer.front();
        if (letter == 'q') return Step::end;
        if (letter == 's') return Step::next;
        if (letter == 'y') {
            SPAREKEY_CHECK(remember_proof(session, *fallback.item));
            return Step::next;
        }
        if (letter == 'n') {
            session.out().note(
                "  then it is none: sign in as usual and set a new one, before you "
                "need it (sparekey edit --generate)");
            return Step::next;
        }
        if (letter == 'c' && has_password) {
            auto copied = copy_password(session, fallback);
            if (!copied) session.out().warn(copied.error().message);
        }
    }
}

core::Result<void> walk(Session& session, const std::vector<Fallback>& listed) {
    if (listed.empty()) print_table(session, listed);
    for (std::size_t i = 0; i < listed.size(); ++i) {
        const Fallback& one = listed[i];
        session.out().line(std::to_string(i + 1) + "/" + std::to_string(listed.size()) + "  " +
                           one.title + ": " + proof_text(one, session.clock().now_ms()));
        if (!one.item) {
            session.out().line("  take the paper and run sparekey kit drill");
            continue;
        }
        SPAREKEY_CHECK(describe(session, one));
        SPAREKEY_TRY(const Step step, ask_proof(session, one));
        if (step == Step::end) break;
    }
    return {};
}

core::Result<void> run_rehearse(Session& session, const Arguments& arguments) {
    if (arguments.has("--stdin")) SPAREKEY_CHECK(take_proofs(session));
    SPAREKEY_TRY(const std::vector<Fallback> listed, fallbacks(session, arguments.has("--all")));
    if (session.out().json()) {
        print_json(session, listed);
    } else if (arguments.has("--stdin") || !session.terminal().present()) {
        print_table(session, listed);
    } else {
        return walk(session, listed);
    }
    return {};
}

}  // namespace

CommandSpec commands::rehearse() {
    return {"rehearse",
            "try the fallbacks that were not proved for a year, one after the other",
            {},
            {{"--all", "", "those too that are not due"},
             {"--stdin", "", "each line of standard input is an item whose fallback works"}},
            run_rehearse,
            "",
            "A fallback is the password beside the login of a provider, unused recovery codes, and "
            "the\nEmergency Kit. On a terminal it asks about one after the other; elsewhere, and "
            "with --json, it\nlists what is due (with --stdin: afterwards). An item's field "
            "fallback_proved remembers when."};
}

}  // namespace sparekey::cli
