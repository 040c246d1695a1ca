#include "cli/references/resolver.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

core::Unexpected no_such_item(const Reference& reference) {
    return core::unexpected(core::ErrorCode::not_found,
                            "the vault \"" + reference.vault +
                                "\" has no item of the title or id \"" +
                                core::printable(reference.item) + "\"",
                            "a reference takes a whole title or an id; sparekey find lists them");
}

/// Of several items whose titles differ in case only, the one that is meant to the letter.
std::optional<core::RecordId> exact_candidate(const core::Error& error, const std::string& title) {
    std::optional<core::RecordId> found;
    for (const core::Candidate& candidate : error.candidates) {
        if (candidate.title != title) continue;
        if (found) return std::nullopt;
        found = core::RecordId::parse(candidate.id);
    }
    return found;
}

/// The query's own rules (prefixes, parts of words) are for people who look at what they get.
core::Result<core::RecordId> find_exactly(VaultAccess& access, const Reference& reference) {
    auto found = access.find_item(reference.item, core::Shelf::live);
    const std::string folded = core::fold(reference.item);
    if (!found && found.error().code == core::ErrorCode::ambiguous) {
        const core::Error& error = found.error();
        if (const auto exact = exact_candidate(error, reference.item)) return *exact;
        const bool by_title = std::any_of(
            error.candidates.begin(), error.candidates.end(),
            [&](const core::Candidate& one) { return core::fold(one.title) == folded; });
        if (!by_title) return no_such_item(reference);
        core::Error told = error;
        told.hint = "name one by its id";
        return core::unexpected(std::move(told));
    }
    if (!found && found.error().code == core::ErrorCode::not_found) return no_such_item(reference);
    if (!found) return found;
    SPAREKEY_TRY(const core::Item item, access.item(*found, core::Values::concealed));
    const bool by_id = core::RecordId::parse(reference.item) == item.id;
    const bool by_title = core::fold(item.title) == folded || SPAREKEY_LEFT_OUT("reference-exact");
    if (!by_id && !by_title) return no_such_item(reference);
    if (item.deleted) {
        core::Unexpected error = no_such_item(reference);
        error.error.hint = "it is in the trash: sparekey restore";
        return error;
    }
    return *found;
}

}  // namespace

Session& Resolver::session_of(const std::string& vault) {
    if (vault == session_.options().vault_name) return session_;
    std::unique_ptr<Session>& other = others_[vault];
    if (!other) other = session_.beside(vault);
    return *other;
}

core::Result<core::SecretText> Resolver::look_up(const Reference& reference) {
    Session& session = session_of(reference.vault);
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const core::RecordId id, find_exactly(*access, reference));
    SPAREKEY_TRY(core::SecretText value, access->field(id, reference.field, use_));
    if (reference.field == "recovery-code") used_codes_.push_back({&session, id});
    return value;
}

core::Result<const core::SecretText*> Resolver::value(std::string_view text) {
    if (const auto known = values_.find(text); known != values_.end()) return &known->second;
    SPAREKEY_TRY(const Reference reference, parse_reference(text));
    auto found = look_up(reference);
    if (!found) {
        core::Error error = found.error();
        error.message = std::string(text) + ": " + error.message;
        return core::unexpected(std::move(error));
    }
    return &values_.emplace(std::string(text), std::move(*found)).first->second;
}

core::Result<void> Resolver::handed_out() {
    for (const UsedCode& code : used_codes_) {
        SPAREKEY_TRY(VaultAccess* const access, code.session->access());
        SPAREKEY_CHECK(access->use_recovery_code(code.item));
    }
    used_codes_.clear();
    return {};
}

void Resolver::close() {
    for (auto& [vault, session] : others_) session->close_vault();
    others_.clear();
    session_.close_vault();
}

}  // namespace sparekey::cli
