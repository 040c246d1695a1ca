// A vault with some secrets, and folders to hide them in.
#pragma once

#include "tests/support/program.h"

namespace sparekey::tests {

inline constexpr const char* kLeakedPassword = "K7#pq9Zx!vTT";
inline constexpr const char* kLeakedFormer = "old-Wf8%kd2Qz";
inline constexpr const char* kLeakedSeed = "JBSWY3DPEHPK3PXPGEZDGNBV";
inline constexpr const char* kLeakedCode = "abcde-1f2g3";
inline constexpr const char* kLeakedToken = "tok_9f86d081884c7d659a2feaa0";

/// One item, "Site", with all of these, a pin that is too short, and a note.
class LeakHome : public Home {
  public:
    LeakHome();

    const std::string& item() const { return item_; }  // its id
    /// A file below the folder "tree".
    void hide(const std::string& name, const std::string& text) const;
    std::string tree() const { return file("tree"); }
    Outcome scan(std::vector<std::string> arguments) const;
    Outcome git(std::vector<std::string> arguments) const;
    /// Makes "tree" a repository.
    void make_repository() const;
    /// Everything in "tree".
    void commit(const std::string& message) const;
    std::string head() const;

  private:
    std::string item_;
};

/// How often `part` stands in `text`.
std::size_t times(const std::string& text, const std::string& part);
/// No secret of a LeakHome is in what the program said.
bool tells_nothing(const Outcome& outcome);

}  // namespace sparekey::tests
