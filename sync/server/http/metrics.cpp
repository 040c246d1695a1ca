#include "sync/server/http/metrics.h"

#include <array>
#include <cstdio>

namespace sparekey::sync {
namespace {

/// The text of a label's value: backslash, quote and line end are escaped.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return out;
}

std::string labels_text(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        text.append(text.empty() ? "" : ",").append(name).append("=\"");
        text.append(escaped(value)).append("\"");
    }
    return text;
}

std::string number(double value) {
    std::array<char, 32> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.9g", value);
    return std::string(text.data(), static_cast<std::size_t>(size));
}

std::string line(const std::string& name, const std::string& labels, const std::string& value) {
    return name + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
}

std::string series_text(const std::string& name, const std::string& labels, const Counter& it) {
    return line(name, labels, std::to_string(it.value()));
}
std::string series_text(const std::string& name, const std::string& labels, const Gauge& it) {
    return line(name, labels, std::to_string(it.value()));
}
std::string series_text(const std::string& name, const std::string& labels, const Histogram& it) {
    const auto counts = it.cumulated();
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const bool last = i == Histogram::kBounds.size();
        const std::string bound = last ? "+Inf" : number(Histogram::kBounds[i]);
        const std::string all = labels + (labels.empty() ? "" : ",") + "le=\"" + bound + "\"";
        text += line(name + "_bucket", all, std::to_string(counts[i]));
    }
    text += line(name + "_sum", labels, number(it.sum()));
    return text + line(name + "_count", labels, std::to_string(counts.back()));
}

constexpr const char* kind_name(const Counter*) {
    return "counter";
}
constexpr const char* kind_name(const Gauge*) {
    return "gauge";
}
constexpr const char* kind_name(const Histogram*) {
    return "histogram";
}

}  // namespace

void Histogram::observe(double seconds) {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(seconds * 1e9), std::memory_order_relaxed);
}

std::array<std::uint64_t, Histogram::kBounds.size() + 1> Histogram::cumulated() const {
    std::array<std::uint64_t, kBounds.size() + 1> counts{};
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        sum += buckets_[i].load(std::memory_order_relaxed);
        counts[i] = sum;
    }
    return counts;
}

double Histogram::sum() const {
    return static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
}

struct Metrics::Family {
    using Series =
        std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>>;
    std::string help;
    std::string kind;
    std::map<std::string, Series> series;  // by the text of the labels
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

template <class Kind>
Kind& Metrics::series(std::string_view name, std::string_view help, const Labels& labels) {
    const std::string kind = kind_name(static_cast<const Kind*>(nullptr));
    const std::lock_guard lock(mutex_);
    auto& family = families_[std::string(name)];
    if (!family) family = std::make_unique<Family>(Family{std::string(help), kind, {}});
    if (family->kind != kind) {
        throw core::SystemFailure("two kinds of metric are called " + std::string(name));
    }
    auto& series = family->series[labels_text(labels)];
    auto* known = std::get_if<std::unique_ptr<Kind>>(&series);
    if (known == nullptr || !*known) series = std::make_unique<Kind>();
    return *std::get<std::unique_ptr<Kind>>(series);
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
    return series<Counter>(name, help, labels);
}
Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    return series<Gauge>(name, help, labels);
}
Histogram& Metrics::histogram(std::string_view name, std::string_view help, const Labels& labels) {
    return series<Histogram>(name, help, labels);
}

std::string Metrics::text() const {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const auto& [name, family] : families_) {
        text += "# HELP " + name + " " + family->help + "\n";
        text += "# TYPE " + name + " " + family->kind + "\n";
        for (const auto& [labels, series] : family->series) {
            text += std::visit([&, &name = name, &labels = labels](
                                   const auto& it) { return series_text(name, labels, *it); },
                               series);
        }
    }
    return text;
}

Route metrics_route(const Metrics& metrics) {
    struct Scraper {};
    const Guard<Scraper> anyone = [](const Request&) { return Scraper{}; };
    const auto answer = [&metrics](const Request&, const PathValues&, Scraper&) {
        Response response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.body = metrics.text();
        return response;
    };
    RouteFacts facts{Method::get, "/metrics", "anyone", Work::quick, Rate::cheap, 0};
    return route<Scraper>(std::move(facts), anyone, answer);
}

}  // namespace sparekey::sync
