// For tests of the clipboard: programs of the test's own, and the processes that stay behind.
#pragma once

#include "tests/support/program.h"

#include <string>
#include <vector>

namespace sparekey::tests {

void make_folder(const std::string& path);
void open_to_all(const std::string& path);
bool is_empty_folder(const std::string& path);
/// An executable file.
void write_program(const std::string& path, const std::string& script);
/// A link in `folder` to the system's program.
void link_program(const std::string& folder, const std::string& program);

bool is_installed(const std::string& program);
/// What `sh -c command` prints with the home's variables.
std::string shell_output(const Home& home, const std::string& command);

/// A program that runs until the object goes.
class Background {
  public:
    explicit Background(const std::vector<std::string>& command);
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// The first line of its stdout, waited for.
    const std::string& first_line() const { return first_line_; }

  private:
    int process_ = -1;
    int output_ = -1;
    std::string first_line_;
};

/// What detached itself from the programs that were run comes to this process as its children.
class ClipboardProcesses {
  public:
    ClipboardProcesses();
    /// Ends those that are left.
    ~ClipboardProcesses();
    ClipboardProcesses(const ClipboardProcesses&) = delete;
    ClipboardProcesses& operator=(const ClipboardProcesses&) = delete;

    std::vector<int> all() const;
    std::size_t count() const { return all().size(); }
    /// The one that there is; 0 if there are none or several.
    int only() const;
    /// Until this one ends; false after ten seconds.
    bool wait_for(int process) const;
    /// Until all end: how many there were.
    std::size_t wait_for_all() const;
};

/// The home's programs run as a user who is not root; false if that user cannot reach them.
bool become_nobody(Home& home);
/// Whether its user, who is not root, may trace it or read its memory: its files are the user's.
bool is_dumpable(int process);
/// What its descriptors are. Empty if that may not be read.
std::vector<std::string> open_files(int process);
/// Only root may look.
bool memory_holds(int process, const std::string& text);

}  // namespace sparekey::tests
