// One table of the configuration while it is read: a key that was asked for counts as known, and
// what nobody asked for is a complaint. Private to sync/server/config.
#pragma once

#include "sync/server/config/config.h"

#include <toml++/toml.h>

#include <set>

namespace sparekey::sync {

class TableReader {
  public:
    /// `prefix` is of the environment's names, such as "SPAREKEY_SERVER_", in any case. `asked`
    /// collects the variables that could have given something.
    TableReader(const toml::table& table, std::string_view prefix, const Environment& environment,
                std::vector<Complaint>& complaints, std::set<std::string>& asked);

    /// From the environment, its file there, the table, its file there: the first that is set.
    std::optional<std::string> text(const std::string& key);
    std::optional<bool> flag(const std::string& key);
    std::optional<std::uint64_t> number(const std::string& key, std::uint64_t least,
                                        std::uint64_t most);
    /// "90s", "10m", "2h" or seconds; the result in ms.
    std::optional<std::uint64_t> duration(const std::string& key, std::uint64_t least_ms,
                                          std::uint64_t most_ms);
    std::optional<std::vector<std::string>> list(const std::string& key);
    /// A list, or one text; in the environment, commas make it a list.
    std::optional<std::variant<std::string, std::vector<std::string>>> text_or_list(
        const std::string& key);
    const toml::table* table(const std::string& key);
    const toml::array* tables(const std::string& key);

    /// Says that a value is not what it has to be.
    void complain(const std::string& key, const std::string& what);
    /// What was never asked for.
    void finish();
    /// Of a key that is missing: its table, if that has a header.
    Place place(const std::string& key) const;

  private:
    std::string variable(const std::string& key) const;
    std::optional<std::string> from_environment(const std::string& key);
    std::optional<std::string> content(const std::string& key, const std::string& path);
    const toml::node* node(const std::string& key);

    const toml::table& table_;
    std::string prefix_;
    const Environment& environment_;
    std::vector<Complaint>& complaints_;
    std::set<std::string>& asked_;
    std::set<std::string> known_;
};

}  // namespace sparekey::sync
