#include "sync/server/service/measured_providers.h"

#include <chrono>

namespace sparekey::sync {
namespace {

const char* outcome_of(const core::Error* error) {
    if (error == nullptr) return "ok";
    switch (error->code) {
        case core::ErrorCode::refused:
            return "refused";
        case core::ErrorCode::offline:
            return "offline";
        default:
            return "failed";
    }
}

}  // namespace

void MeasuredProviders::note(std::string_view provider, const char* step, const core::Error* error,
                             double seconds) {
    if (error != nullptr && error->code == core::ErrorCode::not_found) return;
    const Labels labels{{"provider", std::string(provider)}, {"step", step}};
    metrics_
        .histogram("sparekey_provider_seconds",
                   "What a login waited for its provider, by step: start, finish.", labels)
        .observe(seconds);
    Labels counted = labels;
    counted.emplace_back("outcome", outcome_of(error));
    metrics_
        .counter("sparekey_provider_answers_total",
                 "Steps of logins at a provider: ok, refused (by it, by the person or by a check), "
                 "offline, failed.",
                 counted)
        .add();
}

template <class Step>
auto MeasuredProviders::measured(std::string_view provider, const char* name, Step step) {
    const auto begun = std::chrono::steady_clock::now();
    auto result = step();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    note(provider, name, result ? nullptr : &result.error(), took.count());
    return result;
}

core::Result<ProviderStart> MeasuredProviders::start(std::string_view provider) {
    return measured(provider, "start", [&] { return providers_.start(provider); });
}

core::Result<ProviderLogin> MeasuredProviders::finish(
    const ProviderAttempt& attempt, const std::map<std::string, std::string>& parameters) {
    return measured(attempt.provider, "finish",
                    [&] { return providers_.finish(attempt, parameters); });
}

}  // namespace sparekey::sync
