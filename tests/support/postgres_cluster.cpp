#include "tests/support/postgres_cluster.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

/// The newest of those that Debian keeps beside each other.
std::string find_programs() {
    std::string newest;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
        const std::string bin = entry.path().string() + "/bin";
        if (fs::exists(bin + "/postgres") && bin > newest) newest = bin;
    }
    if (newest.empty()) throw std::runtime_error("PostgreSQL is not installed (scripts/setup)");
    return newest;
}

/// PostgreSQL refuses to run as root; whoever is not runs it as themselves.
const passwd* other_user() {
    if (::geteuid() != 0) return nullptr;
    for (const char* const name : {"postgres", "nobody"}) {
        if (const passwd* const user = ::getpwnam(name)) return user;
    }
    throw std::runtime_error("no user to run PostgreSQL as");
}

[[noreturn]] void become(const std::vector<std::string>& arguments, int output) {
    if (const passwd* const user = other_user()) {
        const bool changed = ::setgroups(0, nullptr) == 0 && ::setgid(user->pw_gid) == 0 &&
                             ::setuid(user->pw_uid) == 0;
        if (!changed) ::_exit(126);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // does not outlive the test, whatever ends that
    if (::chdir("/") != 0) ::_exit(126);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::unsetenv("PGOPTIONS");
    std::vector<char*> words;
    for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execv(words[0], words.data());
    ::_exit(127);
}

pid_t begin(const std::vector<std::string>& arguments, int output) {
    const pid_t child = ::fork();
    if (child == 0) become(arguments, output);
    return child;
}

int status_of_program(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// What a program prints; throws if it fails.
std::string output_of(const std::vector<std::string>& arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const pid_t child = begin(arguments, ends[1]);
    ::close(ends[1]);
    std::string printed;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
        printed.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    if (status_of_program(child) != 0) throw std::runtime_error(arguments[0] + ": " + printed);
    return printed;
}

}  // namespace

PostgresCluster& PostgresCluster::shared() {
    static PostgresCluster cluster;
    return cluster;
}

PostgresCluster::PostgresCluster() : programs_(find_programs()), owner_(::getpid()) {
    const char* const base = std::getenv("TMPDIR");
    std::string pattern = std::string(base == nullptr ? "/tmp" : base) + "/spk-pg-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for PostgreSQL");
    folder_ = pattern;
    if (const passwd* const user = other_user()) {
        if (::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
            throw std::runtime_error("cannot give PostgreSQL its folder");
        }
    }
    output_of({programs_ + "/initdb", "-D", folder_ + "/data", "-U", "sparekey", "-A", "trust",
               "-E", "UTF8", "--locale=C", "--data-checksums", "--no-sync"});
    start();
}

PostgresCluster::~PostgresCluster() {
    if (::getpid() != owner_) return;
    if (server_ > 0) {
        ::kill(server_, SIGINT);
        status_of_program(server_);
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void PostgresCluster::start() {
    const std::string log = folder_ + "/log";
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    server_ = begin({programs_ + "/postgres", "-D", folder_ + "/data", "-k", folder_, "-c",
                     "listen_addresses=", "-c", "fsync=on", "-c", "max_connections=200", "-c",
                     "shared_buffers=64MB", "-c", "max_wal_size=512MB"},
                    output);
    ::close(output);
    wait_until_ready();
}

void PostgresCluster::wait_until_ready() const {
    for (int attempt = 0; attempt < 600; ++attempt) {
        try {
            output_of({programs_ + "/pg_isready", "-h", folder_});
            return;
        } catch (const std::runtime_error&) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
    throw std::runtime_error("PostgreSQL does not start");
}

void PostgresCluster::crash() {
    ::kill(server_, SIGQUIT);
    status_of_program(server_);
    server_ = -1;
}

std::string PostgresCluster::new_database() {
    const std::string name =
        "test_" + std::to_string(::getpid()) + "_" + std::to_string(++databases_);
    output_of({programs_ + "/createdb", "-h", folder_, "-U", "sparekey", name});
    return "postgresql:host=" + folder_ + " user=sparekey dbname=" + name;
}

std::string PostgresCluster::uri(const std::string& address) {
    std::istringstream words(address.substr(address.find(':') + 1));
    std::map<std::string, std::string> options;
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        options[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return "postgresql:///" + options.at("dbname") + "?host=" + options.at("host") +
           "&user=" + options.at("user");
}

std::string PostgresCluster::run_sql(const std::string& address, const std::string& sql) const {
    const std::string options = address.substr(address.find(':') + 1);
    return output_of({programs_ + "/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
                      options, "-c", sql});
}

std::string PostgresCluster::run_program(const std::vector<std::string>& arguments) const {
    std::vector<std::string> words = arguments;
    words[0] = programs_ + "/" + words[0];
    words.insert(words.end(), {"-h", folder_, "-U", "sparekey"});
    return output_of(words);
}

}  // namespace sparekey::tests
