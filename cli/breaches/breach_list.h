// Lists of breached passwords as Have I Been Pwned gives them: "SHA1:COUNT" a line, in ascending
// order of the hash, in upper-case hexadecimal, as one large file; or those of one prefix, without
// it, from the range service, with padding lines of count 0 among them.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sparekey::cli {

inline constexpr std::size_t kBreachHash = 40;   // hexadecimal digits
inline constexpr std::size_t kBreachPrefix = 5;  // of them, what the range service is asked

/// 40 upper-case hexadecimal digits, as secret as the password.
core::SecretText breach_hash(core::ByteView password);

/// The whole list, of any size: nothing of it is kept in memory.
class BreachFile {
  public:
    /// Fills the bytes at the offset; how many there were: fewer only at the end.
    using ReadAt = std::function<std::size_t(std::uint64_t offset, core::MutableBytes into)>;

    BreachFile(ReadAt read, std::uint64_t size) : read_(std::move(read)), size_(size) {}
    /// Whether the list has this hash, with a count that is not 0, in about log2(size) reads.
    /// ErrorCode::usage for a list that is not one of SHA-1 hashes, or not sorted.
    core::Result<bool> holds(std::string_view hash) const;

  private:
    struct Line {
        std::uint64_t start = 0;
        std::uint64_t next = 0;  // where the line behind it starts
        std::string hash;        // of the list, which is public
        bool counts = false;
    };
    core::Result<std::uint64_t> line_behind(std::uint64_t offset) const;
    core::Result<Line> line_at(std::uint64_t start) const;

    ReadAt read_;
    std::uint64_t size_;
};

/// Whether an answer of the range service has the rest of this hash, with a count that is not 0.
/// What is no line of the form is passed over: it comes from the network.
bool range_holds(std::string_view range, std::string_view hash);

}  // namespace sparekey::cli
