#include "sync/server/log/log.h"

#include "sync/server/log/escape.h"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

namespace sparekey::sync {
namespace {

constexpr std::size_t kLongestValue = 512;  // bytes
constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};
constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

spdlog::level::level_enum spdlog_level(LogLevel level) {
    constexpr std::array<spdlog::level::level_enum, 4> kLevels = {
        spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
    return kLevels[static_cast<std::size_t>(level)];
}

std::string value_text(const LogField& field) {
    if (const auto* number = std::get_if<std::int64_t>(&field.value())) {
        return std::to_string(*number);
    }
    return quoted(std::get<std::string_view>(field.value()), kLongestValue);
}

std::string text_line(std::string_view event, std::initializer_list<LogField> fields) {
    std::string line(event);
    for (const auto& field : fields) {
        line.append(" ").append(field.name()).append("=").append(value_text(field));
    }
    return line;
}

std::string json_line(std::string_view event, std::initializer_list<LogField> fields) {
    std::string line = "\"event\":" + quoted(event, kLongestValue);
    for (const auto& field : fields) {
        line.append(",\"").append(field.name()).append("\":").append(value_text(field));
    }
    return line;
}

}  // namespace

struct Log::Sink {
    std::shared_ptr<spdlog::logger> logger;
};

std::optional<LogLevel> parse_log_level(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) return static_cast<LogLevel>(i);
    }
    return std::nullopt;
}

Log::Log(LogFormat format, LogLevel level, std::ostream* out)
    : format_(format), sink_(std::make_unique<Sink>()) {
    spdlog::sink_ptr sink;
    if (out != nullptr) {
        sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*out);
    } else {
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }
    sink_->logger = std::make_shared<spdlog::logger>("sparekey-server", std::move(sink));
    sink_->logger->set_pattern(format == LogFormat::json ? kJsonPattern : kTextPattern,
                               spdlog::pattern_time_type::utc);
    sink_->logger->flush_on(spdlog::level::warn);
    set_level(level);
}

Log::~Log() {
    sink_->logger->flush();
}

bool Log::wants(LogLevel level) const {
    return sink_->logger->should_log(spdlog_level(level));
}

void Log::set_level(LogLevel level) {
    sink_->logger->set_level(spdlog_level(level));
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    if (!wants(level)) return;
    const std::string line =
        format_ == LogFormat::json ? json_line(event, fields) : text_line(event, fields);
    sink_->logger->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace sparekey::sync
