// What the scenarios of disks, locks and planted files share: a vault that a key file opens, since
// the slow derivation would be most of their time, and programs that run beside the test.
#pragma once

#include "tests/support/program.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace sparekey::tests {

using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

std::size_t occurrences(const std::string& text, const std::string& part);

/// A program that hangs ends by SIGALRM: status 142, which no test accepts.
void never_hang(Home& home);
/// A vault with a key file, which opens it without the slow derivation.
void make_vault(Home& home);
/// With --key-file of this home.
Words keyed(const Home& home, Words arguments);
Outcome run(const Home& home, const Words& arguments, const std::string& input = {});
/// "Kept", whose user name was changed once, and "Token".
void add_usual_items(const Home& home);
/// How many items there are whose title starts so; find itself would allow for typing errors.
std::size_t titled(const Home& home, const std::string& start);
/// A Chrome export of `rows` rows, titled "PREFIX-0" and so on.
std::string csv_of(const std::string& prefix, int rows);
/// The vault opens by the credential, and doctor finds nothing.
void expect_opens(const Home& home, const std::string& vault, const Words& credential);
bool is_done_or_full(const Outcome& outcome);

/// Starts the program with all its output in a file of this home and gives its process id.
int begin(const Home& home, const Words& arguments, const std::string& log, int input = -1);
/// Waits; the exit code, or 128 + the signal.
int status_of(int child);
double seconds_since(Clock::time_point start);

}  // namespace sparekey::tests
