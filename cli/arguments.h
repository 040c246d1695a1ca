// What was given on the command line, after parsing against the command table.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

class Arguments {
  public:
    bool has(std::string_view option) const { return values_.count(std::string(option)) > 0; }
    /// The last one given; nothing if the option is absent. A flag, or an optional value left out,
    /// is an empty string.
    std::optional<std::string> value(std::string_view option) const {
        const auto at = values_.find(std::string(option));
        if (at == values_.end() || at->second.empty()) return std::nullopt;
        return at->second.back();
    }
    std::vector<std::string> values(std::string_view option) const {
        const auto at = values_.find(std::string(option));
        return at == values_.end() ? std::vector<std::string>{} : at->second;
    }
    const std::vector<std::string>& positional() const { return positional_; }
    std::optional<std::string> positional(std::size_t index) const {
        if (index >= positional_.size()) return std::nullopt;
        return positional_[index];
    }

    void add(std::string_view option, std::string value) {
        values_[std::string(option)].push_back(std::move(value));
    }
    void add_positional(std::string value) { positional_.push_back(std::move(value)); }

  private:
    std::map<std::string, std::vector<std::string>> values_;
    std::vector<std::string> positional_;
};

}  // namespace sparekey::cli
