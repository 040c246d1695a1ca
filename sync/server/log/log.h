// The server's log: events with named fields, as text or JSON lines, on standard error.
//
// A field's text is escaped, so that nothing that came over the network ends a line, begins another
// or moves a cursor (H-24). Tokens have a type that cannot become a field. Safe for many threads;
// the level may change while they write.
#pragma once

#include "sync/server/log/token.h"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace sparekey::sync {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

/// "debug", "info", "warning", "error".
std::optional<LogLevel> parse_log_level(std::string_view name);

class LogField {
  public:
    /// At most 512 bytes of `value` are logged. `name` is ours: lower case and '_'.
    LogField(std::string_view name, std::string_view value) : name_(name), value_(value) {}
    LogField(std::string_view name, const char* value) : LogField(name, std::string_view(value)) {}
    LogField(std::string_view name, const std::string& value)
        : LogField(name, std::string_view(value)) {}
    template <std::integral Number>
    LogField(std::string_view name, Number value)
        : name_(name), value_(static_cast<std::int64_t>(value)) {}
    LogField(std::string_view name, const Token& value) = delete;
    LogField(std::string_view name, const core::SecretText& value) = delete;

    std::string_view name() const { return name_; }
    const std::variant<std::string_view, std::int64_t>& value() const { return value_; }

  private:
    std::string_view name_;
    std::variant<std::string_view, std::int64_t> value_;
};

class Log {
  public:
    /// To standard error, or to `out`, which outlives the log.
    Log(LogFormat format, LogLevel level, std::ostream* out = nullptr);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    bool wants(LogLevel level) const;
    void set_level(LogLevel level);
    /// One line: time (UTC), level, `event` (ours: words), fields.
    void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

  private:
    struct Sink;
    LogFormat format_;
    std::unique_ptr<Sink> sink_;
};

}  // namespace sparekey::sync
