// A PostgreSQL cluster of the test program's own, in a folder of its own: Unix socket only, fsync
// on, stopped by its process id at the end. Several servers may share one of its databases.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace sparekey::tests {

class PostgresCluster {
  public:
    /// Made and started on first use, once a program. Throws if PostgreSQL is not installed.
    static PostgresCluster& shared();

    PostgresCluster();
    ~PostgresCluster();
    PostgresCluster(const PostgresCluster&) = delete;
    PostgresCluster& operator=(const PostgresCluster&) = delete;

    /// A new, empty database; its address as a store is opened by: "postgresql:host=H user=U
    /// dbname=D".
    std::string new_database();
    /// Such an address as the configuration of a server wants it: "postgresql://…".
    static std::string uri(const std::string& address);
    /// Runs a script in a database of that address; what it prints, without headers.
    std::string run_sql(const std::string& address, const std::string& sql) const;
    /// pgbench and the like, as the user that PostgreSQL lets in.
    std::string run_program(const std::vector<std::string>& arguments) const;

    /// As at a power cut: no checkpoint, nobody is told. start() recovers.
    void crash();
    void start();

  private:
    void wait_until_ready() const;

    std::string folder_;
    std::string programs_;
    pid_t owner_ = 0;  // the process that made it: a forked child leaves it alone
    pid_t server_ = -1;
    int databases_ = 0;
};

}  // namespace sparekey::tests
