// Thousands of byte strings in one pass, by Hyperscan. The only code on it.
#pragma once

#include "cli/scan/program/secret_set.h"
#include "core/leaks/text_search.h"

#include <memory>

struct hs_database;
struct hs_scratch;

namespace sparekey::cli::scan {

/// What is looked for, compiled once, in locked memory; each thread has a matcher of its own.
class Patterns {
  public:
    /// The marks of core::token_kinds() and then the needles of `secrets`, which must outlive it.
    /// ErrorCode::failed on a processor that Hyperscan does not run on.
    static core::Result<Patterns> compile(const SecretSet& secrets);

    std::size_t size_of(std::uint32_t literal) const { return sizes_[literal]; }
    const hs_database* database() const { return database_.get(); }

  private:
    struct Free {
        void operator()(hs_database* database) const;
    };
    std::unique_ptr<hs_database, Free> database_;
    std::vector<std::size_t> sizes_;
};

class HyperscanMatcher final : public core::LiteralMatcher {
  public:
    /// Throws core::SystemFailure if there is no memory.
    explicit HyperscanMatcher(const Patterns& patterns);

    void match(core::ByteView text, const Found& found) override;
    std::size_t size_of(std::uint32_t literal) const override { return patterns_.size_of(literal); }

  private:
    struct Free {
        void operator()(hs_scratch* scratch) const;
    };
    const Patterns& patterns_;
    std::unique_ptr<hs_scratch, Free> scratch_;
};

}  // namespace sparekey::cli::scan
