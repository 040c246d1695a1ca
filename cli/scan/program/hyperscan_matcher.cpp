#include "cli/scan/program/hyperscan_matcher.h"

#include "cli/scan/program/locked_memory.h"

#include <hs/hs.h>

namespace sparekey::cli::scan {
namespace {

int tell(unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
    (*static_cast<const core::LiteralMatcher::Found*>(context))(id, static_cast<std::size_t>(end));
    return 0;
}

/// The arguments of hs_compile_lit_multi().
struct Literals {
    std::vector<const char*> texts;
    std::vector<unsigned> flags;
    std::vector<unsigned> ids;
    std::vector<std::size_t> sizes;

    void add(std::string_view text) {
        texts.push_back(text.data());
        flags.push_back(0);
        ids.push_back(static_cast<unsigned>(ids.size()));
        sizes.push_back(text.size());
    }
};

}  // namespace

void Patterns::Free::operator()(hs_database* database) const {
    hs_free_database(database);
}

void HyperscanMatcher::Free::operator()(hs_scratch* scratch) const {
    hs_free_scratch(scratch);
}

core::Result<Patterns> Patterns::compile(const SecretSet& secrets) {
    if (hs_valid_platform() != HS_SUCCESS) {
        return core::unexpected(core::ErrorCode::failed,
                                "this processor lacks the instructions that the search needs");
    }
    hs_set_database_allocator(allocate_locked, release_locked);
    Literals literals;
    for (const core::TokenKind& kind : core::token_kinds()) literals.add(kind.mark);
    for (std::size_t i = 0; i < secrets.size(); ++i) literals.add(core::text_of(secrets.needle(i)));
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    const hs_error_t result = hs_compile_lit_multi(
        literals.texts.data(), literals.flags.data(), literals.ids.data(), literals.sizes.data(),
        static_cast<unsigned>(literals.ids.size()), HS_MODE_BLOCK, nullptr, &database, &error);
    // Its message may repeat a secret.
    if (error != nullptr) hs_free_compile_error(error);
    if (result != HS_SUCCESS) throw core::SystemFailure("the search cannot be prepared");
    Patterns patterns;
    patterns.database_.reset(database);
    patterns.sizes_ = std::move(literals.sizes);
    return patterns;
}

HyperscanMatcher::HyperscanMatcher(const Patterns& patterns) : patterns_(patterns) {
    hs_scratch_t* scratch = nullptr;
    if (hs_alloc_scratch(patterns.database(), &scratch) != HS_SUCCESS) {
        throw core::SystemFailure("the search has no memory");
    }
    scratch_.reset(scratch);
}

void HyperscanMatcher::match(core::ByteView text, const Found& found) {
    if (text.empty()) return;
    const hs_error_t result = hs_scan(
        patterns_.database(), reinterpret_cast<const char*>(text.data()),
        static_cast<unsigned>(text.size()), 0, scratch_.get(), tell, const_cast<Found*>(&found));
    if (result != HS_SUCCESS) throw core::SystemFailure("the search failed");
}

}  // namespace sparekey::cli::scan
